import { useState } from 'react';
import { keepPreviousData, useInfiniteQuery, type InfiniteData } from '@tanstack/react-query';
import type { Page, UsageEvent } from '@apigate/contract';
import { queryClient } from '../../lib/trpc.ts';
import { useUsageTail } from '../../lib/use-usage-tail.ts';
import { requestsQuery, type RequestsFilter } from './requests-query.ts';
import { withNewRequests } from './with-new-requests.ts';

/** How many are kept while they come. */
const rowsMax = 200;

/**
 * Requests, newest first, with those that come while one looks.
 *
 * @param isLive false while nothing is to be added, such as for a stretch that is over
 */
export function useLiveRequests(filter: RequestsFilter, limit: number, isLive: boolean) {
  const query = requestsQuery(filter, limit);
  const list = useInfiniteQuery({ ...query, placeholderData: keepPreviousData });
  const [hasGap, setHasGap] = useState(false);
  const { since: _, until: __, ...watched } = filter;
  const line = useUsageTail(watched, {
    enabled: isLive && list.isSuccess && !list.isPlaceholderData,
    onWatching: () => {
      setHasGap(false);
      void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true });
    },
    onRequests: (requests, isIncomplete) => {
      if (isIncomplete) setHasGap(true);
      queryClient.setQueryData<InfiniteData<Page<UsageEvent>>>(query.queryKey, (before) =>
        withNewRequests(before, requests, rowsMax),
      );
    },
  });
  return { list, line, hasGap };
}
