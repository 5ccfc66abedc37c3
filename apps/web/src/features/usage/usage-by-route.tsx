import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { RouteUsage } from '@apigate/contract';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { msText } from '../../lib/measure-text.ts';
import { numberText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import type { AskedRange } from './usage-range.ts';

export interface UsageByRouteProps {
  /** Id of the user whose usage it is. */
  user: string;
  range: AskedRange;
}

/** What a user asked of each route in a range, which is widened to whole days. */
export function UsageByRoute({ user, range: { from, to } }: UsageByRouteProps) {
  const { data, error, isPlaceholderData, refetch } = useQuery(
    trpc.analytics.routes.queryOptions({ user, from, to }, { placeholderData: keepPreviousData }),
  );
  return (
    <Panel title="By route" frame="none">
      {error && !data ? (
        <ProblemReport error={error} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 ? (
        <Nothing>No route took a request in this time.</Nothing>
      ) : (
        <Table
          label="Usage by route"
          columns={columns}
          rows={data?.data}
          rowKey={({ route }) => route?.id ?? 'none'}
          pendingRows={2}
          isStale={isPlaceholderData}
        />
      )}
    </Panel>
  );
}

const latencyText = (value: number | null) => (value === null ? '–' : msText(value));

const columns: readonly Column<RouteUsage>[] = [
  {
    id: 'route',
    header: 'Route',
    phone: 'title',
    cell: ({ route }) => <RowTitle>{route?.name ?? 'No route'}</RowTitle>,
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
    id: 'p50',
    header: 'p50',
    widthPx: 100,
    align: 'end',
    leaves: 'below-720',
    cell: ({ latencyMs }) => latencyText(latencyMs.p50),
  },
  {
    id: 'p95',
    header: 'p95',
    widthPx: 100,
    align: 'end',
    cell: ({ latencyMs }) => latencyText(latencyMs.p95),
  },
];
