import type { UsageEvent } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';

/** The requests of a user that the proxy refused, newest first. */
export function refusalsQuery(user: string) {
  const input = { user, refused: true, limit: 8 };
  return pagedQuery<UsageEvent>(trpc.usage.events.infiniteQueryKey(input), (cursor, signal) =>
    client.usage.events.query({ ...input, ...cursor }, { signal }),
  );
}
