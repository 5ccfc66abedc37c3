import type { Key } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';

/** The keys of one user. */
export function keysQuery(user: string) {
  const input = { user, limit: 50 };
  return pagedQuery<Key>(trpc.keys.list.infiniteQueryKey(input), (cursor, signal) =>
    client.keys.list.query({ ...input, ...cursor }, { signal }),
  );
}
