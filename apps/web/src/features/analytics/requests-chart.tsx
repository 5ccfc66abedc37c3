import { useQuery } from '@tanstack/react-query';
import { TimeChart } from '@apigate/ui/charts/time-chart';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { outcomePoint, outcomeSeries } from '../../lib/outcome-series.ts';
import { seriesBeforeQuery, seriesQuery } from './analytics-queries.ts';
import type { ChartGrouping } from './analytics-search.ts';
import { groupPoints, groupSeries, groupsMax } from './group-series.ts';
import type { RangeSearch, TimeRange } from './time-range.ts';

export interface SeriesChartProps {
  range: TimeRange;
  /** Whose requests; left out, everybody's. */
  user?: string | undefined;
  /** What is told apart; left out, outcomes. */
  by?: ChartGrouping | undefined;
  /** Takes a part of the range, or leads back from one. */
  onRange: (search: RangeSearch) => void;
}

/** Requests by what became of them, or by what they have in common, with the stretch before dashed. */
export function RequestsChart({ range, user, by, onRange }: SeriesChartProps) {
  const series = useQuery(seriesQuery(range, user, by));
  const before = useQuery(seriesBeforeQuery(range, user));
  if (series.error && series.data === undefined)
    return <ProblemReport error={series.error} onRetry={() => void series.refetch()} />;
  const groups = series.data?.groups ?? undefined;
  return (
    <TimeChart
      label={`Requests by ${range.bucket}${by ? ` and ${by}` : ''}`}
      isHeading
      kind="bars"
      series={by ? groupSeries(groups ?? []) : outcomeSeries}
      seriesMax={by && groupsMax}
      stepMs={range.stepMs}
      points={
        by
          ? groups && groupPoints(groups, ({ requests }) => requests)
          : series.data?.data.map(({ at, outcomes }) => outcomePoint(at.getTime(), outcomes))
      }
      previous={{
        name: range.beforeText,
        values: before.data?.data.map(({ requests }) => requests) ?? [],
      }}
      empty="No requests in this time."
      isStale={series.isPlaceholderData}
      {...zoomOf(range, onRange)}
    />
  );
}

/** What charts take to show a part of a range and to lead back. */
export function zoomOf(range: TimeRange, onRange: SeriesChartProps['onRange']) {
  return {
    onZoom: ({ fromMs, toMs }: { fromMs: number; toMs: number }) =>
      onRange({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }),
    onZoomOut: range.name === null ? () => onRange({}) : undefined,
  };
}
