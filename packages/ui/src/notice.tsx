import type { ReactNode } from 'react';
import styles from './notice.module.css';

export interface NoticeProps {
  tone: 'info' | 'warn';
  icon: ReactNode;
  children: ReactNode;
}

/** A sentence about the state of things that is nobody's mistake. */
export function Notice({ tone, icon, children }: NoticeProps) {
  return (
    <div role="status" className={styles.notice} data-tone={tone}>
      {icon}
      <p>{children}</p>
    </div>
  );
}
