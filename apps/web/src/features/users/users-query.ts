import { keepPreviousData } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { atOnce, client, trpc } from '../../lib/trpc.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { filterInput, type UsersSearch } from './users-search.ts';

/** The users list. The rows before stay in sight while a new search is on its way. */
export function usersQuery({ sort, order, ...search }: UsersSearch) {
  const input = { ...filterInput(search), ...withoutUndefined({ sort, order }), limit: 50 };
  return {
    ...pagedQuery<User>(trpc.users.list.infiniteQueryKey(input), (cursor, signal) =>
      client.users.list.query({ ...input, ...cursor }, { signal, context: atOnce }),
    ),
    placeholderData: keepPreviousData,
  };
}
