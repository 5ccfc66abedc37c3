import { bucketText, stretchText } from './time-ticks.ts';
import type { TimeChartProps, TimePoint } from './time-chart.tsx';
import styles from './time-chart.module.css';

interface TimeChartLegendProps extends Pick<
  TimeChartProps,
  'kind' | 'series' | 'seriesMax' | 'stepMs' | 'previous'
> {
  points: readonly TimePoint[];
  /** The bucket that is read out; null for all of them together. */
  pointed: number | null;
  hidden: ReadonlySet<string>;
  onToggle: (id: string) => void;
  formatValue: (value: number | null | undefined) => string;
}

/** What the colours are, with their numbers; each entry hides and shows its series. */
export function TimeChartLegend({
  kind,
  series,
  seriesMax = 0,
  points,
  stepMs,
  previous,
  pointed,
  hidden,
  onToggle,
  formatValue,
}: TimeChartLegendProps) {
  const point = pointed === null ? undefined : points[pointed];
  const numberOf = ({ id, total }: TimeChartProps['series'][number]) => {
    if (point) return point.values[id];
    if (total !== undefined) return total;
    return points.length === 0 ? null : sum(points.map(({ values }) => values[id] ?? null));
  };
  const shown = series.filter(({ id }) => !hidden.has(id));
  const entries = [
    ...series.map((each) => ({
      id: each.id,
      name: each.name,
      about: each.about,
      color: `var(--chart-${each.color})`,
      value: numberOf(each),
    })),
    ...(previous
      ? [
          {
            id: previousId,
            name: previous.name,
            about: undefined,
            color: undefined,
            value: pointed === null ? sum(previous.values) : previous.values[pointed],
          },
        ]
      : []),
  ];
  return (
    <div className={styles.legend}>
      <p className={styles.when} data-numeric>
        {point ? bucketText(point.atMs, stepMs) : rangeText(points, stepMs)}
        {kind === 'bars' && points.length > 0 && (
          <> · {formatValue(sum(shown.map((each) => numberOf(each) ?? null)))} in all</>
        )}
      </p>
      <ul data-even={seriesMax > 0 || undefined}>
        {entries.map(({ id, name, about, color, value }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={!hidden.has(id)}
              title={about}
              onClick={() => onToggle(id)}
            >
              <span
                className={styles.swatch}
                data-dashed={color === undefined || undefined}
                style={{ background: color }}
              />
              <span className={styles.name}>{name}</span>
              <span className={styles.value} data-numeric>
                {formatValue(value)}
              </span>
            </button>
          </li>
        ))}
        {Array.from({ length: Math.max(0, seriesMax - series.length) }, (_, room) => (
          <li key={room} aria-hidden className={styles.room} />
        ))}
      </ul>
    </div>
  );
}

/** By which the line of the period before is hidden. */
export const previousId = 'previous';

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function rangeText(points: readonly TimePoint[], stepMs: number): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return ' ';
  return stretchText(first.atMs, last.atMs, stepMs);
}
