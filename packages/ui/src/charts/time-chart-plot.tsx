import { useId } from 'react';
import { classNames } from '../class-names.ts';
import { VisuallyHidden } from '../visually-hidden.tsx';
import type { TimeChartProps, TimePoint } from './time-chart.tsx';
import { barsPath, linePath, lonePointsPath, stepsPath, valueTicks } from './scale.ts';
import { bucketText, timeTicks } from './time-ticks.ts';
import { useSelection } from './use-selection.ts';
import styles from './time-chart-plot.module.css';

interface TimeChartPlotProps extends Pick<
  TimeChartProps,
  'label' | 'kind' | 'series' | 'stepMs' | 'previous' | 'empty' | 'onZoom' | 'onZoomOut'
> {
  points: readonly TimePoint[];
  /** The bucket under the crosshair; outside of the buckets, none is. */
  pointed: number;
  onPoint: (at: number | null) => void;
  formatValue: (value: number | null | undefined) => string;
  isPending: boolean;
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
/** Narrow bars touch each other. */
const gapOfBars = (count: number) => (count > 60 ? 0 : 0.2);

/** The drawing. A slider to screen readers and keys: its value is the moment, with what happened in it. */
export function TimeChartPlot({
  label,
  kind,
  series,
  points,
  stepMs,
  previous,
  empty,
  pointed,
  onPoint,
  onZoom,
  onZoomOut,
  formatValue,
  isPending,
}: TimeChartPlotProps) {
  const helpId = useId();
  const count = points.length;
  const selection = useSelection({
    count,
    pointed,
    onPoint,
    onSelect:
      onZoom &&
      (({ first, last }) => {
        const firstMs = points[0]?.atMs ?? 0;
        onZoom({ fromMs: firstMs + first * stepMs, toMs: firstMs + (last + 1) * stepMs });
      }),
    onLeave: onZoomOut,
  });
  const valuesOf = ({ id }: { id: string }) => points.map(({ values }) => values[id] ?? null);
  const stacks = stacked(series.map((each) => valuesOf(each).map((value) => value ?? 0)));
  const tops =
    kind === 'bars'
      ? (stacks.at(-1)?.map(({ base, value }) => base + value) ?? [])
      : series.flatMap(valuesOf).map((value) => value ?? 0);
  const before = previous?.values.slice(0, count) ?? [];
  const ticks = valueTicks(Math.max(0, ...tops, ...before.map((value) => value ?? 0)));
  const max = ticks.at(-1) ?? 1;
  const isEmpty = !isPending && tops.every((value) => value === 0);
  const share = (at: number) => `${(at / count) * 100}%`;
  const point = points[pointed];

  return (
    <div className={styles.plot} data-pending={isPending || undefined}>
      <div className={styles.values} aria-hidden data-numeric>
        {ticks.map((tick) => (
          <span key={tick} style={{ bottom: `${(tick / max) * 100}%` }}>
            {isPending ? '' : compact.format(tick)}
          </span>
        ))}
      </div>
      <div
        className={styles.area}
        role="slider"
        tabIndex={0}
        aria-label={`${label}: moment`}
        aria-describedby={onZoom && helpId}
        aria-valuemin={0}
        aria-valuemax={Math.max(count - 1, 0)}
        aria-valuenow={point ? pointed : 0}
        aria-valuetext={
          point
            ? [
                bucketText(point.atMs, stepMs),
                ...series.map(({ id, name }) => `${name} ${formatValue(point.values[id])}`),
                ...(previous ? [`${previous.name} ${formatValue(previous.values[pointed])}`] : []),
              ].join(', ')
            : 'None chosen'
        }
        {...selection.handlers}
      >
        {ticks.map((tick) => (
          <span key={tick} className={styles.grid} style={{ bottom: `${(tick / max) * 100}%` }} />
        ))}
        {selection.range && (
          <span
            className={styles.selection}
            style={{
              left: share(selection.range.first),
              width: share(selection.range.last - selection.range.first + 1),
            }}
          />
        )}
        {point && (
          <span className={styles.pointed} style={{ left: share(pointed), width: share(1) }} />
        )}
        {count > 0 && (
          <svg viewBox={`0 0 ${count} 1`} preserveAspectRatio="none" aria-hidden>
            {series.map((each, place) =>
              kind === 'bars' ? (
                <path
                  key={each.id}
                  d={barsPath(
                    (stacks[place] ?? []).map(({ value }) => value),
                    (stacks[place] ?? []).map(({ base }) => base),
                    max,
                    gapOfBars(count),
                  )}
                  style={{ fill: `var(--chart-${each.color})` }}
                />
              ) : (
                <g key={each.id} style={{ stroke: `var(--chart-${each.color})` }}>
                  <path className={styles.line} d={linePath(valuesOf(each), max)} />
                  <path
                    className={classNames(styles.line, styles.lone)}
                    d={lonePointsPath(valuesOf(each), max)}
                  />
                </g>
              ),
            )}
            {previous && (
              <path
                className={styles.previous}
                d={kind === 'bars' ? stepsPath(before, max) : linePath(before, max)}
              />
            )}
          </svg>
        )}
        {isEmpty && empty !== undefined && <p className={styles.empty}>{empty}</p>}
      </div>
      {onZoom && (
        <VisuallyHidden>
          <span id={helpId}>
            Arrow keys move. With Shift they choose a stretch, and Enter zooms into it. Escape leads
            back.
          </span>
        </VisuallyHidden>
      )}
      <div className={styles.times} aria-hidden data-numeric>
        {timeTicks(
          points.map(({ atMs }) => atMs),
          stepMs,
        ).map(({ at, label: text }) => (
          <span key={at} style={{ left: share(at + 0.5) }}>
            {text}
          </span>
        ))}
      </div>
    </div>
  );
}

/** What stands below each value of each series. */
function stacked(series: readonly (readonly number[])[]): { base: number; value: number }[][] {
  const sums: number[] = [];
  return series.map((values) =>
    values.map((value, at) => {
      const base = sums[at] ?? 0;
      sums[at] = base + value;
      return { base, value };
    }),
  );
}
