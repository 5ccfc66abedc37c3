import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { KeyUsage } from '@apigate/contract';
import { Nothing } from '@apigate/ui/nothing';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { bytesText } from '../../lib/measure-text.ts';
import { numberText, percentText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { keysQuery } from './analytics-queries.ts';
import type { TimeRange } from './time-range.ts';

/** Keys by requests, of the month in which a stretch ends. */
export function KeysTable({ range, user }: { range: TimeRange; user?: string | undefined }) {
  const keys = useQuery(keysQuery(range, user));
  const rows = keys.data?.data;
  if (keys.error && !rows)
    return <ProblemReport error={keys.error} onRetry={() => void keys.refetch()} />;
  if (rows?.length === 0) return <Nothing>No key was used in this month.</Nothing>;
  return (
    <Table
      label="Keys by requests"
      columns={columns}
      rows={rows}
      rowKey={({ key }) => key.id}
      isStale={keys.isPlaceholderData}
      pendingRows={8}
    />
  );
}

const columns: readonly Column<KeyUsage>[] = [
  {
    id: 'key',
    header: 'Key',
    phone: 'title',
    cell: ({ key, user }) => (
      <RowTitle detail={user.email}>
        <Link to="/console/users/$id" params={{ id: user.id }} data-opens-row>
          {key.name}
        </Link>
      </RowTitle>
    ),
  },
  {
    id: 'requests',
    header: 'Requests',
    widthPx: 120,
    align: 'end',
    cell: ({ requests }) => numberText(requests),
  },
  {
    id: 'errors',
    header: 'Errors',
    widthPx: 92,
    align: 'end',
    cell: ({ errorPercent }) => (errorPercent === null ? '–' : percentText(errorPercent)),
  },
  {
    id: 'bytes',
    header: 'Bytes out',
    widthPx: 108,
    align: 'end',
    phone: 'hidden',
    leaves: 'below-720',
    cell: ({ bytesOut }) => bytesText(bytesOut),
  },
  {
    id: 'used',
    header: 'Last used',
    widthPx: 140,
    cell: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime at={lastUsedAt} /> : 'Never'),
  },
];
