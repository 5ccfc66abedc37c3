import type { ReactNode } from 'react';
import { SkipLink } from './skip-link.tsx';
import styles from './top-frame.module.css';

export interface TopFrameProps {
  brand: ReactNode;
  nav: ReactNode;
  account: ReactNode;
  /** At the foot of every page. */
  foot?: ReactNode;
  children: ReactNode;
}

/** The roomy frame: one bar with the links in it, and a column of content. */
export function TopFrame({ brand, nav, account, foot, children }: TopFrameProps) {
  return (
    <div className={styles.frame} data-density="roomy">
      <SkipLink />
      <header className={styles.bar}>
        <div className={styles.inner}>
          {brand}
          <nav className={styles.nav} aria-label="Main">
            {nav}
          </nav>
          <div className={styles.account}>{account}</div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className={styles.main}>
        {children}
      </main>
      {foot}
    </div>
  );
}
