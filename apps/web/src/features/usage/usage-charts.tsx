import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CrosshairGroup } from '@apigate/ui/charts/crosshair';
import { TimeChart, type ChartSeries } from '@apigate/ui/charts/time-chart';
import { Panel } from '@apigate/ui/panel';
import { outcomePoint, outcomeSeries } from '../../lib/outcome-series.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import type { AskedRange } from './usage-range.ts';
import styles from './usage-charts.module.css';

const stepMs = { hour: 3_600_000, day: 24 * 3_600_000 };

const latencySeries: readonly ChartSeries[] = [
  { id: 'p50', name: 'p50', color: 1, about: 'Half of the requests were faster', total: null },
  { id: 'p95', name: 'p95', color: 2, about: '19 of 20 requests were faster', total: null },
];

export interface UsageChartsProps {
  /** Id of the user whose usage it is. */
  user: string;
  range: AskedRange;
  onZoom: (range: { fromMs: number; toMs: number }) => void;
  /** Left out where nothing is zoomed into. */
  onZoomOut: (() => void) | undefined;
}

/** What became of the requests of a user over time, and how long they took. */
export function UsageCharts({ user, range, onZoom, onZoomOut }: UsageChartsProps) {
  const { data, error, isPlaceholderData, refetch } = useQuery(
    trpc.analytics.timeseries.queryOptions(
      { user, ...range },
      { placeholderData: keepPreviousData },
    ),
  );
  if (error && !data) return <ProblemReport error={error} onRetry={() => void refetch()} />;
  const shared = {
    stepMs: stepMs[data?.bucket ?? range.bucket],
    isStale: isPlaceholderData,
    onZoom,
    onZoomOut,
  };
  return (
    <CrosshairGroup>
      <div className={styles.charts}>
        <Panel title="Requests">
          <TimeChart
            {...shared}
            label="By outcome"
            kind="bars"
            series={outcomeSeries}
            points={data?.data.map(({ at, outcomes }) => outcomePoint(at.getTime(), outcomes))}
            empty="No requests in this time."
          />
        </Panel>
        <Panel title="Latency">
          <TimeChart
            {...shared}
            label="From request to answer"
            kind="lines"
            series={latencySeries}
            points={data?.data.map(({ at, latencyMs }) => ({
              atMs: at.getTime(),
              values: { p50: latencyMs.p50, p95: latencyMs.p95 },
            }))}
            unit="ms"
            empty="No requests in this time."
          />
        </Panel>
      </div>
    </CrosshairGroup>
  );
}
