import { keepPreviousData } from '@tanstack/react-query';
import type { Key } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';
import type { KeysSearch } from './keys-search.ts';

/** The keys of one user. */
export function keysQuery(user: string) {
  return keysThat({ user });
}

/** The keys that fit. The rows before stay in sight while a new search is on its way. */
export function allKeysQuery(search: KeysSearch) {
  return { ...keysThat(search), placeholderData: keepPreviousData };
}

function keysThat(search: KeysSearch) {
  const input = { ...search, limit: 50 };
  return pagedQuery<Key>(trpc.keys.list.infiniteQueryKey(input), (cursor, signal) =>
    client.keys.list.query({ ...input, ...cursor }, { signal }),
  );
}
