import type { ReactNode } from 'react';
import { IconAlertTriangle } from '@tabler/icons-react';
import { CopyButton } from './copy-button.tsx';
import styles from './problem.module.css';

export interface ProblemProps {
  /** One sentence: what happened. */
  what: string;
  /** One sentence: what to do. */
  next: string;
  /** For the person who will look into it. */
  code?: string | undefined;
  requestId?: string | undefined;
  action?: ReactNode;
  /** `inline` in forms and dialogs. */
  size?: 'page' | 'inline';
}

export function Problem({ what, next, code, requestId, action, size = 'page' }: ProblemProps) {
  const reference = [code, requestId].filter((part) => part !== undefined).join(' · ');
  return (
    <section role="alert" className={styles.problem} data-size={size}>
      <IconAlertTriangle aria-hidden size="1.125rem" />
      <div className={styles.words}>
        <p className={styles.what}>{what}</p>
        <p>{next}</p>
        {reference !== '' && (
          <p className={styles.reference}>
            <code>{reference}</code>
            <CopyButton kind="icon" text={reference} label="Copy error code and request id" />
          </p>
        )}
        {action}
      </div>
    </section>
  );
}
