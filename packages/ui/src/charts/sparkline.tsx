import { linePath } from './scale.ts';
import styles from './sparkline.module.css';

export interface SparklineProps {
  /** From old to new; null where there is no value. */
  values: readonly (number | null)[];
}

/** The course of a number at a glance, beside the number itself; screen readers pass over it. */
export function Sparkline({ values }: SparklineProps) {
  const max = Math.max(...values.map((value) => value ?? 0));
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 0 ${Math.max(values.length, 1)} 1`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <path d={max > 0 ? linePath(values, max) : ''} />
    </svg>
  );
}
