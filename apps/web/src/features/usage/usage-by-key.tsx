import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { KeyUsage } from '@apigate/contract';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { numberText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';

/** What each key of the caller used this month; a row leads to its requests. @param user id of the caller */
export function UsageByKey({ user }: { user: string }) {
  const { data, error, refetch } = useQuery(trpc.analytics.keys.queryOptions({ user }));
  return (
    <Panel title="By key, this month" frame="none">
      {error && !data ? (
        <ProblemReport error={error} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 ? (
        <Nothing>No key was used this month.</Nothing>
      ) : (
        <Table
          label="Usage by key"
          columns={columns}
          rows={data?.data}
          rowKey={({ key }) => key.id}
          pendingRows={2}
        />
      )}
    </Panel>
  );
}

const columns: readonly Column<KeyUsage>[] = [
  {
    id: 'key',
    header: 'Key',
    phone: 'title',
    cell: ({ key }) => (
      <RowTitle>
        <Link to="/portal/requests" search={{ key: key.id }} data-opens-row>
          {key.name}
        </Link>
      </RowTitle>
    ),
  },
  {
    id: 'requests',
    header: 'Requests',
    widthPx: 110,
    align: 'end',
    cell: ({ requests }) => numberText(requests),
  },
  {
    id: 'units',
    header: 'Units',
    widthPx: 100,
    align: 'end',
    leaves: 'below-720',
    cell: ({ units }) => numberText(units),
  },
  {
    id: 'errors',
    header: 'Errors',
    widthPx: 100,
    align: 'end',
    cell: ({ errors }) => numberText(errors),
  },
  {
    id: 'last',
    header: 'Last used',
    widthPx: 140,
    cell: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime at={lastUsedAt} /> : 'Never'),
  },
];
