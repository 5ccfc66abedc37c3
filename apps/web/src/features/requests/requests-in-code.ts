import type { CodeSample } from '@apigate/ui/code-popover';
import { curlText } from '../../lib/curl-text.ts';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import { exportPath } from './export-path.ts';
import { filterOf, type RequestsSearch } from './requests-search.ts';

type Samples = readonly [CodeSample, ...CodeSample[]];

/** Requests of a user and the explanation of one, as commands and as calls. */
export function requestsInCode(filter: { user: string; key?: string; refused?: boolean }): Samples {
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

/** The caller’s request log with its present filters, as commands and as calls. */
export function ownRequestsInCode(search: RequestsSearch): Samples {
  const { since, ...filters } = search;
  return [
    {
      name: 'CLI',
      code: [
        commandText('apigate usage events', { ...filters, since }),
        commandText('apigate usage tail', { ...filters }),
      ].join('\n'),
    },
    { name: 'curl', code: curlText(exportPath('/v1', 'csv', filterOf(search))) },
    {
      name: 'SDK',
      code: sdkText(
        `for await (const request of apigate.usage.events(${sdkInput(filterOf(search))})) {`,
        `  console.log(request.at, request.status, request.path);`,
        `}`,
      ),
    },
  ];
}

/** Why one request was decided as it was, as a command and as calls. */
export function requestInCode(requestId: string): Samples {
  return [
    { name: 'CLI', code: `apigate usage explain ${requestId}` },
    { name: 'curl', code: curlText(`/admin/usage/events/${requestId}/explanation`) },
    {
      name: 'SDK',
      code: sdkText(
        `const { event, steps, today } = await apigate.usage.explain(${JSON.stringify(requestId)});`,
      ),
    },
  ];
}
