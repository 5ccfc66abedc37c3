import type { CodeSample } from '@apigate/ui/code-popover';
import { sdkInput, sdkText } from '../../lib/sdk-text.ts';
import { commandText } from '../../lib/shell-text.ts';
import type { UsersSearch } from './users-search.ts';

/** The users list with its present filters, as a command and as a call. */
export function usersInCode({
  q,
  status,
  role,
  plan,
}: UsersSearch): readonly [CodeSample, ...CodeSample[]] {
  const filters = { q, status, role, plan };
  return [
    { name: 'CLI', code: commandText('apigate users list', filters) },
    {
      name: 'SDK',
      code: sdkText(`const page = await apigate.users.list(${sdkInput(filters)});`),
    },
  ];
}
