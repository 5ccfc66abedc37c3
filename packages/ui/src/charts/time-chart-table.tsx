import { bucketText } from './time-ticks.ts';
import type { TimeChartProps, TimePoint } from './time-chart.tsx';
import styles from './time-chart.module.css';

interface TimeChartTableProps extends Pick<
  TimeChartProps,
  'label' | 'series' | 'stepMs' | 'previous'
> {
  points: readonly TimePoint[];
  formatValue: (value: number | null | undefined) => string;
}

/** The same numbers in rows, the newest first. */
export function TimeChartTable({
  label,
  series,
  points,
  stepMs,
  previous,
  formatValue,
}: TimeChartTableProps) {
  return (
    <div className={styles.table} role="region" aria-label={`${label}, as a table`} tabIndex={0}>
      <table data-numeric>
        <thead>
          <tr>
            <th scope="col">{stepMs >= dayMs ? 'Day (UTC)' : 'Hour'}</th>
            {series.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
            {previous && <th scope="col">{previous.name}</th>}
          </tr>
        </thead>
        <tbody>
          {points
            .map(({ atMs, values }, at) => (
              <tr key={atMs}>
                <th scope="row">{bucketText(atMs, stepMs)}</th>
                {series.map(({ id }) => (
                  <td key={id}>{formatValue(values[id])}</td>
                ))}
                {previous && <td>{formatValue(previous.values[at])}</td>}
              </tr>
            ))
            .toReversed()}
        </tbody>
      </table>
    </div>
  );
}

const dayMs = 24 * 3_600_000;
