import { useId, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './panel.module.css';

export interface PanelProps {
  /** Left out where the content has a heading of its own. */
  title?: string;
  /** Stands at the end of the title's line. */
  aside?: ReactNode;
  /** None where the content has frames of its own, such as a table; a line unless told. */
  frame?: 'line' | 'none';
  children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, aside, frame = 'line', children }: PanelProps) {
  const id = useId();
  return (
    <section
      className={classNames(styles.panel, styles[frame])}
      aria-labelledby={title === undefined ? undefined : id}
      tabIndex={-1}
    >
      {title !== undefined && (
        <header className={styles.header}>
          <h2 id={id}>{title}</h2>
          {aside && <div className={styles.aside}>{aside}</div>}
        </header>
      )}
      {children}
    </section>
  );
}
