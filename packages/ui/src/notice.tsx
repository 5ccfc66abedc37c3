import type { ReactNode } from 'react';
import styles from './notice.module.css';

export interface NoticeProps {
  tone: 'info' | 'good' | 'warn' | 'bad';
  icon: ReactNode;
  children: ReactNode;
  /** One thing that can be done about it. */
  action?: ReactNode;
}

/** A sentence about the state of things that is nobody's mistake. */
export function Notice({ tone, icon, children, action }: NoticeProps) {
  return (
    <div role="status" className={styles.notice} data-tone={tone}>
      {icon}
      <p>{children}</p>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
