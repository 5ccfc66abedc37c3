import { keepPreviousData } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';
import type { UsersSearch } from './users-search.ts';

/** The users list. The rows before stay in sight while a new search is on its way. */
export function usersQuery(search: UsersSearch) {
  const input = { ...search, limit: 50 };
  return {
    ...pagedQuery<User>(trpc.users.list.infiniteQueryKey(input), (cursor, signal) =>
      client.users.list.query({ ...input, ...cursor }, { signal }),
    ),
    placeholderData: keepPreviousData,
  };
}
