import type { ReactNode } from 'react';
import { CodeBlock } from './code-block.tsx';
import styles from './empty.module.css';

export interface EmptyProps {
  icon: ReactNode;
  title: string;
  /** Set where nothing else is on the page: its title is the page's. */
  isPage?: boolean;
  /** What belongs here and why it is useful. */
  children: ReactNode;
  action?: ReactNode;
  /** The command that does the same. */
  command?: string;
}

export function Empty({ icon, title, isPage, children, action, command }: EmptyProps) {
  const Title = isPage ? 'h1' : 'h2';
  return (
    <section className={styles.empty}>
      <span className={styles.icon}>{icon}</span>
      <Title>{title}</Title>
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
