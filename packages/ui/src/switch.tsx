import type { ComponentProps } from 'react';
import styles from './switch.module.css';

export interface SwitchProps extends Omit<
  ComponentProps<'input'>,
  'type' | 'role' | 'className' | 'aria-label' | 'checked'
> {
  /** What is on or off, for screen readers. */
  label: string;
  checked: boolean;
}

/** On or off, at once; the word beside it says which. */
export function Switch({ label, checked, ...input }: SwitchProps) {
  return (
    <span className={styles.switch}>
      <input
        {...input}
        type="checkbox"
        role="switch"
        aria-checked={checked}
        aria-label={label}
        checked={checked}
      />
      <span aria-hidden>{checked ? 'On' : 'Off'}</span>
    </span>
  );
}
