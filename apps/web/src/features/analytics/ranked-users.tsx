import { useInfiniteQuery } from '@tanstack/react-query';
import type { UserUsageSort } from '@apigate/contract';
import { Nothing } from '@apigate/ui/nothing';
import { fieldErrors } from '../../lib/error-text.ts';
import { PagedList } from '../../lib/paged-list.tsx';
import type { AnalyticsSearch } from './analytics-search.ts';
import { rankedUsersQuery } from './ranked-users-query.ts';
import { RankedUsersTable } from './ranked-users-table.tsx';
import type { TimeRange } from './time-range.ts';
import { UsersFilter } from './users-filter.tsx';

export interface RankedUsersProps {
  range: TimeRange;
  search: Pick<AnalyticsSearch, 'sort' | 'filter'>;
  /** Undefined removes a setting. */
  onChange: (change: { sort?: UserUsageSort | undefined; filter?: string | undefined }) => void;
}

/** Users by their figures of the month in which a stretch ends, as far as an expression holds for them. */
export function RankedUsers({ range, search, onChange }: RankedUsersProps) {
  const users = useInfiniteQuery(rankedUsersQuery(range, search));
  const error = fieldErrors(users.error)['filter'];
  return (
    <>
      <UsersFilter
        filter={search.filter}
        error={error}
        onChange={(filter) => onChange({ filter })}
      />
      {error === undefined ? (
        <PagedList query={users} noun="users" empty={<Nothing>No user fits this filter.</Nothing>}>
          {(rows) => (
            <RankedUsersTable
              users={rows}
              isStale={users.isPlaceholderData}
              sort={search.sort ?? 'requests'}
              onSort={(sort) => onChange({ sort })}
            />
          )}
        </PagedList>
      ) : (
        <Nothing>Nobody is listed until the filter can be read.</Nothing>
      )}
    </>
  );
}
