import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText, shellQuoted } from '../../lib/shell-text.ts';
import type { AskedRange } from './usage-range.ts';

/** The caller’s usage over a range, as commands and as calls. */
export function usageInCode({
  from,
  to,
  bucket,
}: AskedRange): readonly [CodeSample, ...CodeSample[]] {
  const range = { from: from.toISOString(), to: to.toISOString(), bucket };
  const dates = `from: new Date(${JSON.stringify(range.from)}), to: new Date(${JSON.stringify(range.to)})`;
  return [
    {
      name: 'CLI',
      code: [
        'apigate usage show',
        commandText('apigate analytics timeseries', range),
        commandText('apigate analytics routes', { from: range.from, to: range.to }),
      ].join('\n'),
    },
    {
      name: 'curl',
      code: `curl -H "Authorization: Bearer $TOKEN" ${shellQuoted(`${location.origin}/v1/usage`)}`,
    },
    {
      name: 'SDK',
      code: sdkText(
        `const { quota, forecast } = await apigate.usage.summary();`,
        `const { data } = await apigate.analytics.timeseries({ ${dates}, bucket: ${JSON.stringify(bucket)} });`,
      ),
    },
  ];
}
