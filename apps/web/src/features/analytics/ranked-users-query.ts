import { keepPreviousData } from '@tanstack/react-query';
import type { UserUsage } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';
import type { AnalyticsSearch } from './analytics-search.ts';
import { monthOf, type TimeRange } from './time-range.ts';

/** Users by their figures of the month in which a stretch ends. */
export function rankedUsersQuery(
  range: Pick<TimeRange, 'to'>,
  { sort, filter }: Pick<AnalyticsSearch, 'sort' | 'filter'>,
  limit = 50,
) {
  const input = {
    month: monthOf(range),
    limit,
    ...(sort !== undefined && { sort }),
    ...(filter !== undefined && { filter }),
  };
  return {
    ...pagedQuery<UserUsage>(trpc.analytics.users.infiniteQueryKey(input), (cursor, signal) =>
      client.analytics.users.query({ ...input, ...cursor }, { signal }),
    ),
    placeholderData: keepPreviousData,
  };
}
