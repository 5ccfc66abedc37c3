import type { AlertSettings } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText, shellQuoted } from '../../lib/shell-text.ts';

/** The thresholds of the caller as they are now, as a command and as calls that set them. */
export function alertsInCode({
  quotaPercents,
  forecastPercents,
  email,
}: AlertSettings): readonly [CodeSample, ...CodeSample[]] {
  const body = { quota_percents: quotaPercents, forecast_percents: forecastPercents, email };
  const input = { quotaPercents, forecastPercents, email };
  return [
    {
      name: 'CLI',
      code: commandText('apigate alerts set', {
        quota: quotaPercents.join(','),
        forecast: forecastPercents.join(','),
        email: String(email),
      }),
    },
    {
      name: 'curl',
      code: [
        `curl -X PUT ${shellQuoted(`${location.origin}/v1/alerts`)} \\`,
        `  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
        `  -d ${shellQuoted(JSON.stringify(body))}`,
      ].join('\n'),
    },
    { name: 'SDK', code: sdkText(`await apigate.alerts.update(${JSON.stringify(input)});`) },
  ];
}
