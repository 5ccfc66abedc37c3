import styles from './meter.module.css';

export interface MeterProps {
  /** What is measured, for screen readers: "Requests this month". */
  label: string;
  /** The value in words: "8,234 of 10,000". */
  text: string;
  /** Percent; may be over 100. */
  percent: number;
  /** Where it will be at the end, in percent. */
  forecastPercent?: number | undefined;
}

/** How full something is, with marks at 80 and 100 percent and the forecast as a lighter stretch. */
export function Meter({ label, text, percent, forecastPercent }: MeterProps) {
  const level = percent >= 100 ? 'full' : percent >= 80 ? 'high' : 'normal';
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(Math.round(percent), 100)}
      aria-valuetext={text}
      className={styles.meter}
      data-level={level}
    >
      {forecastPercent !== undefined && forecastPercent > percent && (
        <span className={styles.forecast} style={{ width: `${Math.min(forecastPercent, 100)}%` }} />
      )}
      <span className={styles.value} style={{ width: `${Math.min(percent, 100)}%` }} />
      <span className={styles.mark} style={{ left: '80%' }} />
    </div>
  );
}
