import type { ReactNode } from 'react';
import styles from './more-fields.module.css';

export interface MoreFieldsProps {
  title: string;
  /** Whether they are to be seen at once: something stands in them, or is wrong with them. */
  isOpen: boolean;
  children: ReactNode;
}

/** Fields of a form that few need, folded away. */
export function MoreFields({ title, isOpen, children }: MoreFieldsProps) {
  return (
    <details className={styles.more} open={isOpen}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}
