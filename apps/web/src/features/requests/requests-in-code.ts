import type { CodeSample } from '@apigate/ui/code-popover';
import { curlText } from '../../lib/curl-text.ts';
import { sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import type { RequestsFilter } from './requests-query.ts';

/** Requests and the explanation of one, as commands and as calls. */
export function requestsInCode(filter: RequestsFilter): readonly [CodeSample, ...CodeSample[]] {
  const { refused, ...same } = filter;
  return [
    {
      name: 'CLI',
      code: [
        `${commandText('apigate usage events', same)}${refused ? ' --refused' : ''}`,
        'apigate usage explain REQUEST_ID',
      ].join('\n'),
    },
    {
      name: 'curl',
      code: curlText('/admin/usage/events', { ...same, refused: refused ? 'true' : undefined }),
    },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.usage.events(${JSON.stringify(filter)});`,
        `const { steps } = await apigate.usage.explain(page.data[0].id);`,
      ),
    },
  ];
}
