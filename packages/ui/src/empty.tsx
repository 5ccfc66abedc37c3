import type { ReactNode } from 'react';
import { CodeBlock } from './code-block.tsx';
import styles from './empty.module.css';

export interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** What belongs here and why it is useful. */
  children: ReactNode;
  action?: ReactNode;
  /** The command that does the same. */
  command?: string;
}

export function Empty({ icon, title, children, action, command }: EmptyProps) {
  return (
    <section className={styles.empty}>
      <span className={styles.icon}>{icon}</span>
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
      {command && (
        <div className={styles.command}>
          <CodeBlock code={command} copyLabel="Copy command" />
        </div>
      )}
    </section>
  );
}
