import { Link } from '@tanstack/react-router';
import { userUsageSorts, type UserUsage, type UserUsageSort } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { bytesText } from '../../lib/measure-text.ts';
import { numberText, percentText } from '../../lib/number-text.ts';

export interface RankedUsersTableProps {
  /** Undefined while they are on their way. */
  users: readonly UserUsage[] | undefined;
  isStale: boolean;
  sort: UserUsageSort;
  onSort: (sort: UserUsageSort) => void;
}

/** Users with their figures of a month. */
export function RankedUsersTable({ users, isStale, sort, onSort }: RankedUsersTableProps) {
  return (
    <Table
      label="Users by their figures"
      columns={columns}
      rows={users}
      rowKey={({ user }) => user.id}
      isStale={isStale}
      pendingRows={10}
      // The greatest come first, always.
      sorting={{
        by: sort,
        order: 'desc',
        onChange: (by) => onSort(userUsageSorts.find((each) => each === by) ?? sort),
      }}
    />
  );
}

const columns: readonly Column<UserUsage>[] = [
  {
    id: 'user',
    header: 'User',
    phone: 'title',
    cell: ({ user, plan }) => (
      <RowTitle detail={plan.name}>
        <Link to="/console/users/$id" params={{ id: user.id }} data-opens-row>
          {user.email}
        </Link>
      </RowTitle>
    ),
  },
  {
    id: 'requests',
    header: 'Requests',
    sorts: { by: 'requests', first: 'desc' },
    widthPx: 96,
    align: 'end',
    cell: ({ requests }) => numberText(requests),
  },
  {
    id: 'errors',
    header: 'Errors',
    sorts: { by: 'errors', first: 'desc' },
    widthPx: 88,
    align: 'end',
    cell: ({ errors }) => numberText(errors),
  },
  {
    id: 'errorPercent',
    header: 'Error rate',
    sorts: { by: 'error_percent', first: 'desc' },
    widthPx: 104,
    align: 'end',
    phone: 'hidden',
    leaves: 'below-960',
    cell: ({ errorPercent }) => (errorPercent === null ? '–' : percentText(errorPercent)),
  },
  {
    id: 'quota',
    header: 'Quota used',
    sorts: { by: 'quota_percent', first: 'desc' },
    widthPx: 112,
    align: 'end',
    cell: ({ quotaPercent }) => (quotaPercent === null ? 'No limit' : percentText(quotaPercent)),
  },
  {
    id: 'bytes',
    header: 'Bytes',
    sorts: { by: 'bytes', first: 'desc' },
    widthPx: 100,
    align: 'end',
    phone: 'hidden',
    leaves: 'below-960',
    cell: ({ bytesIn, bytesOut }) => bytesText(bytesIn + bytesOut),
  },
  {
    id: 'keys',
    header: 'Keys',
    sorts: { by: 'keys', first: 'desc' },
    widthPx: 72,
    align: 'end',
    phone: 'hidden',
    leaves: 'below-720',
    cell: ({ keyCount }) => numberText(keyCount),
  },
  {
    id: 'active',
    header: 'Last active',
    sorts: { by: 'last_active', first: 'desc' },
    widthPx: 120,
    phone: 'hidden',
    leaves: 'below-720',
    cell: ({ lastActiveAt }) => (lastActiveAt ? <RelativeTime at={lastActiveAt} /> : 'Never'),
  },
];
