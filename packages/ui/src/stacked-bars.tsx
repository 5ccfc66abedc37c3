import { useState } from 'react';
import { Button } from './button.tsx';
import styles from './stacked-bars.module.css';

export interface StackedBarsProps {
  /** What is shown: "Requests by day". */
  label: string;
  /** From the foot of a bar to its top. */
  series: readonly { id: string; name: string; color: ChartColor }[];
  /** From left to right; `values` by the id of a series. */
  bars: readonly { label: string; values: Readonly<Record<string, number>> }[];
}

/** One of the six chart colours of tokens.css. */
export type ChartColor = 1 | 2 | 3 | 4 | 5 | 6;

const whole = new Intl.NumberFormat('en');

/** Counts over time as stacked bars; pointing at one reads it out, and a button turns them into a table. */
export function StackedBars({ label, series, bars }: StackedBarsProps) {
  const [pointedAt, setPointedAt] = useState<number>();
  const [isTable, setIsTable] = useState(false);
  const totals = bars.map((bar) => series.reduce((sum, { id }) => sum + (bar.values[id] ?? 0), 0));
  const max = niceMax(Math.max(...totals, 1));
  const pointed = pointedAt === undefined ? undefined : bars[pointedAt];

  return (
    <figure className={styles.chart}>
      <figcaption className={styles.head}>
        <span>{label}</span>
        <span className={styles.readout} data-numeric>
          {pointed && (
            <>
              {pointed.label}:{' '}
              {series
                .filter(({ id }) => (pointed.values[id] ?? 0) > 0)
                .map(
                  ({ id, name }) =>
                    `${whole.format(pointed.values[id] ?? 0)} ${name.toLowerCase()}`,
                )
                .join(', ') || 'none'}
            </>
          )}
        </span>
        <Button kind="quiet" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
          Table
        </Button>
      </figcaption>
      {isTable ? (
        <BarsTable label={label} series={series} bars={bars} />
      ) : (
        <div
          className={styles.plot}
          role="img"
          aria-label={`${label}, as bars. The same as a table: the button before.`}
          onPointerLeave={() => setPointedAt(undefined)}
        >
          <span className={styles.max} data-numeric>
            {whole.format(max)}
          </span>
          {bars.map((bar, index) => (
            <div
              key={bar.label}
              className={styles.slot}
              data-pointed={index === pointedAt || undefined}
              onPointerEnter={() => setPointedAt(index)}
            >
              {series.map(({ id, color }) => (
                <span
                  key={id}
                  className={styles.bar}
                  style={{
                    height: `${((bar.values[id] ?? 0) / max) * 100}%`,
                    background: `var(--chart-${color})`,
                  }}
                />
              ))}
            </div>
          ))}
        </div>
      )}
      {!isTable && (
        <div className={styles.axis} aria-hidden data-numeric>
          <span>{bars[0]?.label}</span>
          <span>{bars.at(-1)?.label}</span>
        </div>
      )}
    </figure>
  );
}

function BarsTable({ label, series, bars }: StackedBarsProps) {
  return (
    <div className={styles.table} role="region" aria-label={label} tabIndex={0}>
      <table data-numeric>
        <thead>
          <tr>
            <th scope="col">Day</th>
            {series.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.label}>
              <th scope="row">{bar.label}</th>
              {series.map(({ id }) => (
                <td key={id}>{whole.format(bar.values[id] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The next 1, 2 or 5 times a power of ten. */
function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 5, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}
