import { useId, type ComponentProps, type ReactNode } from 'react';
import styles from './check-field.module.css';

export interface CheckFieldProps extends Omit<ComponentProps<'input'>, 'id' | 'type'> {
  label: string;
  hint?: ReactNode;
}

/** Yes or no, in a form that is saved later. */
export function CheckField({ label, hint, ...input }: CheckFieldProps) {
  const id = useId();
  return (
    <div className={styles.check}>
      <input
        {...input}
        type="checkbox"
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-about`}
      />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && <p id={`${id}-about`}>{hint}</p>}
    </div>
  );
}
