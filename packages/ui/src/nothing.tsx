import type { ReactNode } from 'react';
import styles from './nothing.module.css';

/** One line where a list of a section would be. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className={styles.nothing}>{children}</p>;
}
