import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText, shellQuoted } from '../../lib/shell-text.ts';
import { filtersIn, type RequestsSearch } from './requests-search.ts';

/** The request log with its present filters, as commands and as calls. */
export function requestsInCode(search: RequestsSearch): readonly [CodeSample, ...CodeSample[]] {
  const { since, ...filters } = filtersIn(search);
  const flags = { ...filters, since };
  const moment = since === undefined ? '' : `since: new Date(${JSON.stringify(since)})`;
  const given = sdkInput({ ...filters });
  const input =
    moment === '' ? given : given === '' ? `{ ${moment} }` : given.replace(/ }$/, `, ${moment} }`);
  return [
    {
      name: 'CLI',
      code: [
        commandText('apigate usage events', flags),
        commandText('apigate usage tail', { ...filters }),
      ].join('\n'),
    },
    {
      name: 'curl',
      code: `curl -H "Authorization: Bearer $TOKEN" ${shellQuoted(location.origin + exportPath(search))}`,
    },
    {
      name: 'SDK',
      code: sdkText(
        `for await (const request of apigate.usage.events(${input})) {`,
        `  console.log(request.at, request.status, request.path);`,
        `}`,
      ),
    },
  ];
}

/** Where the log is to be had as a file. */
export function exportPath(search: RequestsSearch): string {
  const { since, ...filters } = filtersIn(search);
  const query = new URLSearchParams({ format: 'csv', ...filters });
  if (since !== undefined) query.set('since', new Date(since).toISOString());
  return `/v1/usage/export?${query}`;
}
