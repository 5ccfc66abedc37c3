import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';
import { IconTable, IconZoomOut } from '@tabler/icons-react';
import { Button } from '../button.tsx';
import { classNames } from '../class-names.ts';
import { useCrosshair } from './crosshair.tsx';
import { previousId, TimeChartLegend } from './time-chart-legend.tsx';
import { TimeChartPlot } from './time-chart-plot.tsx';
import { TimeChartTable } from './time-chart-table.tsx';
import styles from './time-chart.module.css';

/** One of the six chart colours of tokens.css. */
export type ChartColor = 1 | 2 | 3 | 4 | 5 | 6;

export interface ChartSeries {
  id: string;
  name: string;
  color: ChartColor;
  /** Says more on hover. */
  about?: string;
  /** Stands in the legend while nothing is pointed at; left out, the sum of the values. */
  total?: number | null;
}

export interface TimePoint {
  /** When the bucket begins. */
  atMs: number;
  /** By the id of a series; null or left out where there is none. */
  values: Readonly<Record<string, number | null>>;
}

export interface TimeChartProps {
  /** What is shown: "Requests by outcome". */
  label: string;
  /** Makes the label the heading of the panel around it. */
  isHeading?: boolean;
  /** Parts of a whole as `bars` upon each other; what cannot be added up as `lines`. */
  kind: 'bars' | 'lines';
  /** Bars stand upon each other in this order. */
  series: readonly ChartSeries[];
  /** How many series there may be: the legend keeps room for them, so that nothing moves when they arrive. */
  seriesMax?: number | undefined;
  /** One for each bucket, in order, without holes; undefined while they are on their way. */
  points: readonly TimePoint[] | undefined;
  /** How long a bucket is. Buckets of a day and longer are those of UTC. */
  stepMs: number;
  /** The period before, dashed: one value for each bucket. */
  previous?: { name: string; values: readonly (number | null)[] } | undefined;
  /** Puts a unit after values: "ms". */
  unit?: string;
  /** Said in place of bars when all of them are empty. */
  empty?: string;
  /** What is shown is being replaced. */
  isStale?: boolean;
  /** Takes a stretch of whole buckets that was chosen by dragging or by keys. */
  onZoom?: (range: { fromMs: number; toMs: number }) => void;
  /** The way back; left out where there is none. */
  onZoomOut?: (() => void) | undefined;
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/**
 * Numbers over time. Pointing reads a moment out in the legend, in all charts of a `CrosshairGroup` at once; dragging
 * zooms; a legend entry hides its series; the button, or `t`, turns the chart into a table.
 */
export function TimeChart(props: TimeChartProps) {
  const {
    label,
    isHeading,
    series,
    points = [],
    stepMs,
    previous,
    unit,
    isStale = false,
    onZoomOut,
  } = props;
  const crosshair = useCrosshair();
  const [isTable, setIsTable] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const isPending = props.points === undefined;
  const ref = useRef<HTMLElement>(null);
  useKey(ref, 't', () => setIsTable(!isTable));

  const formatValue = (value: number | null | undefined) =>
    value == null ? '–' : `${whole.format(value)}${unit === undefined ? '' : ` ${unit}`}`;
  const shown = series.filter(({ id }) => !hidden.has(id));
  const firstMs = points[0]?.atMs ?? 0;
  const pointed = crosshair.atMs === null ? -1 : Math.floor((crosshair.atMs - firstMs) / stepMs);

  return (
    <figure
      ref={ref}
      aria-label={label}
      aria-busy={isPending}
      className={classNames(styles.chart, isStale && styles.stale)}
    >
      <div className={styles.head}>
        <figcaption>{isHeading ? <h2>{label}</h2> : label}</figcaption>
        {onZoomOut && (
          <Button kind="quiet" icon={<IconZoomOut aria-hidden />} onClick={onZoomOut}>
            Zoom out
          </Button>
        )}
        <Button
          kind="quiet"
          icon={<IconTable aria-hidden />}
          aria-pressed={isTable}
          aria-keyshortcuts="t"
          onClick={() => setIsTable(!isTable)}
        >
          Table
        </Button>
      </div>
      <div className={styles.body}>
        {isTable ? (
          <TimeChartTable {...props} points={points} formatValue={formatValue} />
        ) : (
          <TimeChartPlot
            {...props}
            points={points}
            series={shown}
            previous={previous && !hidden.has(previousId) ? previous : undefined}
            pointed={pointed}
            onPoint={(at) => crosshair.point(at === null ? null : firstMs + at * stepMs)}
            formatValue={formatValue}
            isPending={isPending}
          />
        )}
      </div>
      <TimeChartLegend
        {...props}
        points={points}
        pointed={points[pointed] === undefined ? null : pointed}
        hidden={hidden}
        onToggle={(id) => setHidden((before) => toggled(before, id))}
        formatValue={formatValue}
      />
    </figure>
  );
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return ids.has(id) ? new Set([...ids].filter((each) => each !== id)) : new Set([...ids, id]);
}

/** Runs `action` on a key that is pressed while the focus is inside. */
function useKey(ref: RefObject<HTMLElement | null>, key: string, action: () => void): void {
  const run = useEffectEvent(action);
  useEffect(() => {
    const element = ref.current;
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      run();
    }
    element?.addEventListener('keydown', onKeyDown);
    return () => element?.removeEventListener('keydown', onKeyDown);
  }, [ref, key]);
}
