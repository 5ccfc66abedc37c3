import { keepPreviousData } from '@tanstack/react-query';
import type { UsageEvent } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';

/** Which requests are meant. */
export interface RequestsFilter {
  user: string;
  key?: string;
  refused?: boolean;
}

/** Requests, newest first. Those before stay in sight while others are on their way. */
export function requestsQuery(filter: RequestsFilter) {
  const input = { ...filter, limit: 20 };
  return {
    ...pagedQuery<UsageEvent>(trpc.usage.events.infiniteQueryKey(input), (cursor, signal) =>
      client.usage.events.query({ ...input, ...cursor }, { signal }),
    ),
    placeholderData: keepPreviousData,
  };
}
