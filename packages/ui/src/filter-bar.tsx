import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './filter-bar.module.css';

export interface FilterBarProps {
  /** Search and chips. */
  children: ReactNode;
  /** Lifts all filters; undefined while there is none. */
  onClear: (() => void) | undefined;
  /** What stands at the end: columns, views. */
  end?: ReactNode;
}

/** Above a list: what narrows it down. */
export function FilterBar({ children, onClear, end }: FilterBarProps) {
  return (
    <div className={styles.bar}>
      {children}
      {onClear && (
        <Button kind="quiet" onClick={onClear}>
          Clear all
        </Button>
      )}
      {end && <div className={styles.end}>{end}</div>}
    </div>
  );
}
