import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';
import type { Page } from '@apigate/contract';

/**
 * A list of ours, page after page. tRPC's own infinite query adds a `direction` to the input, which our lists refuse
 * because they go one way only.
 */
export function pagedQuery<Row>(
  queryKey: QueryKey,
  fetchPage: (cursor: { cursor?: string }, signal: AbortSignal) => Promise<Page<Row>>,
) {
  const firstCursor: string | undefined = undefined;
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
      fetchPage(pageParam === undefined ? {} : { cursor: pageParam }, signal),
    initialPageParam: firstCursor,
    getNextPageParam: (page: Page<Row>) => page.nextCursor ?? undefined,
  });
}
