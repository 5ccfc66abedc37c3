import { snakeCaseName } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText, shellQuoted } from '../../lib/shell-text.ts';
import { filterInput, type UsersSearch } from './users-search.ts';

/** The users list with its present filters and order, as a command and as calls. */
export function usersInCode({
  sort,
  order,
  ...search
}: UsersSearch): readonly [CodeSample, ...CodeSample[]] {
  const { createdAfter: _, metadata, inactiveDays, ...texts } = filterInput(search);
  const flags = {
    ...texts,
    'inactive-days': inactiveDays?.toString(),
    'created-after': search.since,
    metadata: metadata && JSON.stringify(metadata),
    sort,
    order,
  };
  const query = new URLSearchParams(
    Object.entries({ ...texts, inactiveDays, createdAfter: search.since, sort, order }).flatMap(
      ([name, value]) => (value === undefined ? [] : [[snakeCaseName(name), String(value)]]),
    ),
  );
  for (const [name, value] of Object.entries(metadata ?? {})) query.set(`metadata[${name}]`, value);
  const address = `${location.origin}/admin/users${query.size === 0 ? '' : `?${query.toString()}`}`;
  return [
    { name: 'CLI', code: commandText('apigate users list', flags) },
    { name: 'curl', code: `curl -H "Authorization: Bearer $TOKEN" \\\n  ${shellQuoted(address)}` },
    {
      name: 'SDK',
      code: sdkText(
        `const page = await apigate.users.list(${sdkInput({ ...filterInput(search), sort, order })});`,
      ),
    },
  ];
}
