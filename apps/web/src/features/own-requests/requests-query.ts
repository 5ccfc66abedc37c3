import { keepPreviousData, type InfiniteData } from '@tanstack/react-query';
import type { ListUsageEventsInput, Page, UsageEvent } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';
import { filtersIn, type RequestsSearch } from './requests-search.ts';

/** Of those that come live, so many are kept. */
const rowsMax = 1_000;

/** The caller’s requests, newest first. @param user id of the caller: staff would see everybody’s without it */
export function requestsQuery(user: string, search: RequestsSearch, limit = 50) {
  const input = { ...filterInput(user, search), limit };
  return {
    ...pagedQuery<UsageEvent>(trpc.usage.events.infiniteQueryKey(input), (cursor, signal) =>
      client.usage.events.query({ ...input, ...cursor }, { signal }),
    ),
    placeholderData: keepPreviousData,
  };
}

/** The caller’s last few requests. */
export function lastRequestsQuery(user: string) {
  return requestsQuery(user, {}, 5);
}

/** The filters as the server takes them. */
export function filterInput(
  user: string,
  search: RequestsSearch,
): Omit<ListUsageEventsInput, 'limit' | 'cursor' | 'refused' | 'until'> {
  const { since, ...filters } = filtersIn(search);
  return { user, ...filters, ...(since !== undefined && { since: new Date(since) }) };
}

/** A list with requests that came since it was asked for, those that it has already left out. */
export function withNewRequests<Cursor>(
  list: InfiniteData<Page<UsageEvent>, Cursor>,
  news: readonly UsageEvent[],
): InfiniteData<Page<UsageEvent>, Cursor> {
  const known = new Set(list.pages.flatMap(({ data }) => data.map(({ id }) => id)));
  const [first, ...rest] = list.pages;
  const fresh = news.filter(({ id }) => !known.has(id));
  if (first === undefined || fresh.length === 0) return list;
  const data = [...fresh, ...first.data]
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
    .slice(0, rowsMax);
  return { ...list, pages: [{ ...first, data }, ...rest] };
}
