import type { ReactNode } from 'react';
import styles from './row-title.module.css';

/** The first cell of a row: what it is, and below it one thing more. */
export function RowTitle({ children, detail }: { children: ReactNode; detail?: ReactNode }) {
  return (
    <span className={styles.title}>
      <span className={styles.name}>{children}</span>
      {detail && <span className={styles.detail}>{detail}</span>}
    </span>
  );
}
