import type { ComponentProps } from 'react';
import styles from './row-button.module.css';

/** What opens a row where it stands: reads as text, and takes a click anywhere in the row of a `Table`. */
export function RowButton(props: Omit<ComponentProps<'button'>, 'type' | 'className'>) {
  return <button {...props} type="button" className={styles.button} data-opens-row />;
}
