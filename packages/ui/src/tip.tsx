import type { ComponentProps } from 'react';
import styles from './tip.module.css';

/** A short text beside what it was opened for; whoever opens it closes it. */
export function Tip(props: Omit<ComponentProps<'span'>, 'popover' | 'className'>) {
  return <span {...props} popover="manual" className={styles.tip} />;
}
