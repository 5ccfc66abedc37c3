import type { ListUsageEventsInput, UsageEvent } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';

/** Which requests are meant. */
export type RequestsFilter = Omit<ListUsageEventsInput, 'limit' | 'cursor'>;

/** The last few requests, where a page is about more than them. */
export function lastRequestsQuery(filter: RequestsFilter) {
  return requestsQuery(filter, 20);
}

/** Requests, newest first. */
export function requestsQuery(filter: RequestsFilter, limit = 50) {
  const input = { ...filter, limit };
  return pagedQuery<UsageEvent>(trpc.usage.events.infiniteQueryKey(input), (cursor, signal) =>
    client.usage.events.query({ ...input, ...cursor }, { signal }),
  );
}
