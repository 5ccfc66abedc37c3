import type { ListUsersInput } from '@apigate/contract';
import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

/** The filters of the users list, as they stand in its address. */
export type UsersSearch = Pick<ListUsersInput, 'q' | 'status' | 'role' | 'plan'>;

/** Takes from an address what it understands and drops the rest. */
export function readUsersSearch(search: Readonly<Record<string, unknown>>): UsersSearch {
  return withoutUndefined<UsersSearch>({
    q: textParam(search['q']),
    status: choiceParam(search['status'], ['active', 'pending', 'suspended']),
    role: choiceParam(search['role'], ['customer', 'moderator', 'admin']),
    plan: textParam(search['plan']),
  });
}
