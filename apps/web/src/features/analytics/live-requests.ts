import { useState } from 'react';
import { useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import type { Page, UsageEvent } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, queryClient, trpc } from '../../lib/trpc.ts';
import { useUsageTail } from '../../lib/use-usage-tail.ts';

/** Which requests are looked at. */
export interface RequestsAsked {
  user?: string;
  refused?: true;
  since?: Date;
  until?: Date;
}

/** How many of those that came meanwhile are kept above the list. */
const newestMax = 200;

function requestsQuery(asked: RequestsAsked, limit: number) {
  const input = { ...asked, limit };
  return pagedQuery<UsageEvent>(trpc.usage.events.infiniteQueryKey(input), (cursor, signal) =>
    client.usage.events.query({ ...input, ...cursor }, { signal }),
  );
}

/**
 * Requests, newest first, with those that come while one looks.
 *
 * @param isLive false while nothing is to be added, such as for a stretch that is over
 */
export function useLiveRequests(asked: RequestsAsked, limit: number, isLive: boolean) {
  const query = requestsQuery(asked, limit);
  const list = useInfiniteQuery(query);
  const [hasGap, setHasGap] = useState(false);
  const { user, refused } = asked;
  const line = useUsageTail(
    { ...(user !== undefined && { user }), ...(refused && { refused }) },
    {
      enabled: isLive && list.data !== undefined,
      onWatching: () => {
        setHasGap(false);
        void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
      },
      onRequests: (requests, isIncomplete) => {
        if (isIncomplete) setHasGap(true);
        queryClient.setQueryData<InfiniteData<Page<UsageEvent>>>(query.queryKey, (before) =>
          withNewest(before, requests),
        );
      },
    },
  );
  return { list, line, hasGap };
}

/** @param requests oldest first */
function withNewest(
  list: InfiniteData<Page<UsageEvent>> | undefined,
  requests: readonly UsageEvent[],
): InfiniteData<Page<UsageEvent>> | undefined {
  const [first, ...others] = list?.pages ?? [];
  if (list === undefined || first === undefined) return list;
  const known = new Set(first.data.map(({ id }) => id));
  const news = requests.filter(({ id }) => !known.has(id)).toReversed();
  // Rows at the end of the first page go only where no page follows that begins after them.
  const data = [...news, ...first.data];
  const kept = others.length === 0 ? data.slice(0, newestMax) : data;
  return { ...list, pages: [{ ...first, data: kept }, ...others] };
}
