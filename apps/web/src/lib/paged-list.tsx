import type { ReactNode } from 'react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { Page } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { ProblemReport } from './problem-report.tsx';

export interface PagedListProps<Row> {
  /** Not a suspense query: while a new search is on its way, the rows of the one before stay. */
  query: UseInfiniteQueryResult<InfiniteData<Page<Row>>>;
  /** What the rows are, in the plural: "users". */
  noun: string;
  /** Shown where there is no row. */
  empty: ReactNode;
  /** @param rows undefined while they are on their way. */
  children: (rows: readonly Row[] | undefined) => ReactNode;
}

/** A list page after page, with what stands there while it loads, when it fails and when it is empty. */
export function PagedList<Row>({ query, noun, empty, children }: PagedListProps<Row>) {
  const rows = query.data?.pages.flatMap((page) => page.data);
  if (query.error && !rows)
    return <ProblemReport error={query.error} onRetry={() => void query.refetch()} />;
  if (rows?.length === 0) return empty;
  return (
    <>
      {children(rows)}
      {query.hasNextPage && (
        <div>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more {noun}
          </Button>
        </div>
      )}
      {query.isFetchNextPageError && <ProblemReport error={query.error} />}
    </>
  );
}
