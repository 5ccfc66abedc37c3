import { useQuery } from '@tanstack/react-query';
import { TimeChart, type ChartSeries } from '@apigate/ui/charts/time-chart';
import { overviewQuery, seriesQuery } from './analytics-queries.ts';
import { groupPoints, groupSeries, groupsMax } from './group-series.ts';
import { zoomOf, type SeriesChartProps } from './requests-chart.tsx';

const percentiles = [
  { id: 'p50', name: 'Half within', color: 5 },
  { id: 'p95', name: '95 % within', color: 1 },
  { id: 'p99', name: '99 % within', color: 4 },
] as const satisfies readonly ChartSeries[];

/** How long answers took, of the requests that were not refused; of groups, what 95 % took no longer than. */
export function LatencyChart({ range, user, by, onRange }: SeriesChartProps) {
  const series = useQuery(seriesQuery(range, user, by));
  const overview = useQuery(overviewQuery(range, user));
  if (series.error && series.data === undefined) return null;
  const groups = series.data?.groups ?? undefined;
  return (
    <TimeChart
      label={by ? `Latency, p95, by ${range.bucket} and ${by}` : `Latency by ${range.bucket}`}
      isHeading
      kind="lines"
      unit="ms"
      series={
        by
          ? groupSeries(groups ?? [], ({ latencyMs }) => latencyMs.p95)
          : percentiles.map((each) => ({
              ...each,
              total: overview.data?.latencyMs[each.id] ?? null,
            }))
      }
      seriesMax={by && groupsMax}
      stepMs={range.stepMs}
      points={
        by
          ? groups && groupPoints(groups, ({ latencyMs }) => latencyMs.p95)
          : series.data?.data.map(({ at, latencyMs }) => ({
              atMs: at.getTime(),
              values: latencyMs,
            }))
      }
      empty="No answers in this time."
      isStale={series.isPlaceholderData}
      {...zoomOf(range, onRange)}
    />
  );
}
