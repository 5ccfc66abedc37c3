import type { ReactNode } from 'react';
import styles from './page-header.module.css';

export interface PageHeaderProps {
  title: ReactNode;
  /** Stands beside the title: a state, a plan. */
  meta?: ReactNode;
  /** One line that says what the page is for. */
  about?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, meta, about, actions }: PageHeaderProps) {
  return (
    <header className={styles.header}>
      <div className={styles.words}>
        <div className={styles.line}>
          <h1>{title}</h1>
          {meta}
        </div>
        {about && <p className={styles.about}>{about}</p>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
