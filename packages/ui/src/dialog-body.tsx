import type { ComponentProps, ReactNode } from 'react';
import styles from './dialog-body.module.css';

export interface DialogBodyProps extends ComponentProps<'form'> {
  /** The buttons, the safe one first. */
  actions: ReactNode;
}

/** What stands in a dialog: a form, and its buttons at the foot. */
export function DialogBody({ actions, children, ...form }: DialogBodyProps) {
  return (
    <form {...form} className={styles.body}>
      <div className={styles.content}>{children}</div>
      <footer className={styles.actions}>{actions}</footer>
    </form>
  );
}
