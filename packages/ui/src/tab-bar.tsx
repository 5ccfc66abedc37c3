import type { ReactNode } from 'react';
import styles from './tab-bar.module.css';

/** Links to the parts of a page, one of which is shown and carries `aria-current`. */
export function TabBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={styles.bar} aria-label={label}>
      {children}
    </nav>
  );
}
