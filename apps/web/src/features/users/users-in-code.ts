import type { CodeSample } from '@apigate/ui/code-popover';
import { commandText } from '../../lib/shell-text.ts';
import type { UsersSearch } from './users-search.ts';

/** The users list with its present filters, as a command and as a call. */
export function usersInCode({
  q,
  status,
  role,
  plan,
}: UsersSearch): readonly [CodeSample, ...CodeSample[]] {
  const filters = Object.entries({ q, status, role, plan }).filter(
    ([, value]) => value !== undefined,
  );
  const input = filters.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(', ');
  return [
    { name: 'CLI', code: commandText('apigate users list', { q, status, role, plan }) },
    {
      name: 'SDK',
      code: [
        `import { createApigate } from '@apigate/sdk';`,
        ``,
        `const apigate = createApigate({ url: ${JSON.stringify(location.origin)}, token });`,
        `const page = await apigate.users.list(${input === '' ? '' : `{ ${input} }`});`,
      ].join('\n'),
    },
  ];
}
