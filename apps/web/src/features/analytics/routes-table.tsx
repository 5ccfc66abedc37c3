import { useQuery } from '@tanstack/react-query';
import type { RouteUsage } from '@apigate/contract';
import { Nothing } from '@apigate/ui/nothing';
import { Table, type Column } from '@apigate/ui/table';
import { bytesText, msText } from '../../lib/measure-text.ts';
import { numberText, percentText } from '../../lib/number-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { routesQuery } from './analytics-queries.ts';
import type { TimeRange } from './time-range.ts';

/** Routes by requests, over the days of a stretch. */
export function RoutesTable({ range, user }: { range: TimeRange; user?: string | undefined }) {
  const routes = useQuery(routesQuery(range, user));
  const rows = routes.data?.data;
  if (routes.error && !rows)
    return <ProblemReport error={routes.error} onRetry={() => void routes.refetch()} />;
  if (rows?.length === 0) return <Nothing>No requests in this time.</Nothing>;
  return (
    <Table
      label="Routes by requests"
      columns={columns}
      rows={rows}
      rowKey={({ route }) => route?.id ?? ''}
      isStale={routes.isPlaceholderData}
      pendingRows={5}
    />
  );
}

const columns: readonly Column<RouteUsage>[] = [
  {
    id: 'route',
    header: 'Route',
    phone: 'title',
    cell: ({ route }) => route?.name ?? 'No route, or metered',
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
  ...(['p50', 'p95', 'p99'] as const).map((percentile): Column<RouteUsage> => ({
    id: percentile,
    header: percentile,
    widthPx: 100,
    align: 'end',
    ...(percentile !== 'p95' && { phone: 'hidden', leaves: 'below-720' }),
    cell: ({ latencyMs }) => (latencyMs[percentile] === null ? '–' : msText(latencyMs[percentile])),
  })),
  {
    id: 'bytes',
    header: 'Bytes out',
    widthPx: 108,
    align: 'end',
    phone: 'hidden',
    leaves: 'below-960',
    cell: ({ bytesOut }) => bytesText(bytesOut),
  },
];
