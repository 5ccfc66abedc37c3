import { useSuspenseQuery } from '@tanstack/react-query';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { Table, type Column } from '@apigate/ui/table';
import { numberText, percentText } from '../../lib/number-text.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';

/** With which keys, and by which routes, a user has called this month. */
export function UsageShares({ user }: { user: string }) {
  return (
    <>
      <Panel title="By key" frame="none">
        <QueryBoundary pending={<Shares label="Usage by key" noun="Key" rows={undefined} />}>
          <ByKey user={user} />
        </QueryBoundary>
      </Panel>
      <Panel title="By route" frame="none">
        <QueryBoundary pending={<Shares label="Usage by route" noun="Route" rows={undefined} />}>
          <ByRoute user={user} />
        </QueryBoundary>
      </Panel>
    </>
  );
}

function ByKey({ user }: { user: string }) {
  const { data } = useSuspenseQuery(trpc.usage.summary.queryOptions({ user }));
  const rows = data.byKey.map(({ key, ...counts }) => ({ ...key, ...counts }));
  return <Shares label="Usage by key" noun="Key" rows={rows} />;
}

function ByRoute({ user }: { user: string }) {
  const { data } = useSuspenseQuery(trpc.usage.summary.queryOptions({ user }));
  const rows = data.byRoute.map(({ route, ...counts }) => ({ ...route, ...counts }));
  return <Shares label="Usage by route" noun="Route" rows={rows} />;
}

interface Share {
  id: string;
  name: string;
  requests: number;
  units: number;
}

interface SharesProps {
  label: string;
  noun: string;
  /** Undefined while they are on their way. */
  rows: readonly Share[] | undefined;
}

function Shares({ label, noun, rows }: SharesProps) {
  const total = rows?.reduce((sum, { requests }) => sum + requests, 0) ?? 0;
  const columns: readonly Column<Share>[] = [
    { id: 'name', header: noun, phone: 'title', cell: ({ name }) => name },
    {
      id: 'requests',
      header: 'Requests',
      widthPx: 120,
      align: 'end',
      cell: ({ requests }) => numberText(requests),
    },
    {
      id: 'units',
      header: 'Units',
      widthPx: 120,
      align: 'end',
      cell: ({ units }) => numberText(units),
    },
    {
      id: 'share',
      header: 'Of requests',
      widthPx: 120,
      align: 'end',
      cell: ({ requests }) => percentText((100 * requests) / total),
    },
  ];
  if (rows?.length === 0) return <Nothing>No requests yet this month.</Nothing>;
  return (
    <Table label={label} columns={columns} rows={rows} rowKey={({ id }) => id} pendingRows={2} />
  );
}
