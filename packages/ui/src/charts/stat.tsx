import type { ComponentProps } from 'react';
import { Skeleton } from '../skeleton.tsx';
import { VisuallyHidden } from '../visually-hidden.tsx';
import { changeOf } from './change.ts';
import { Sparkline } from './sparkline.tsx';
import styles from './stat.module.css';

/** The link leads to the list that explains the number. */
export interface StatProps extends Omit<ComponentProps<'a'>, 'children'> {
  label: string;
  /** Undefined while it is on its way, null where there is none. */
  value: number | null | undefined;
  formatValue: (value: number) => string;
  /** The same number of the period before; left out where there is nothing to compare with. */
  previous?: number | null | undefined;
  /** What it is compared with: "the day before". */
  comparedWith?: string;
  /** Of percentages the change is told in points. */
  changeIn?: 'percent' | 'points';
  /** Which way is good news, if either is. */
  better?: 'up' | 'down';
  /** Its course, from old to new. */
  course?: readonly (number | null)[] | undefined;
}

/** A number that matters, how it changed, and its course. */
export function Stat({
  label,
  value,
  formatValue,
  previous = null,
  comparedWith,
  changeIn = 'percent',
  better,
  course = [],
  ...link
}: StatProps) {
  const change = value === undefined ? null : changeOf(value, previous, changeIn);
  const tone =
    change === null || better === undefined || change.direction === 'same'
      ? undefined
      : change.direction === better
        ? 'good'
        : 'bad';
  return (
    <a {...link} className={styles.stat}>
      <span className={styles.label}>{label}</span>
      <span className={styles.number} data-numeric>
        {value === undefined ? <Skeleton chars={5} /> : value === null ? '–' : formatValue(value)}
      </span>
      <span className={styles.change} data-tone={tone} data-numeric>
        {change && (
          <span title={comparedWith && `Compared with ${comparedWith}`}>
            {change.text}
            {comparedWith && <VisuallyHidden> compared with {comparedWith}</VisuallyHidden>}
          </span>
        )}
      </span>
      <span className={styles.course}>
        <Sparkline values={course} />
      </span>
    </a>
  );
}
