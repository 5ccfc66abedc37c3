import { useState, type ComponentProps } from 'react';
import { Button } from './button.tsx';
import { Field, type FieldText } from './field.tsx';
import styles from './field.module.css';

export interface PasswordFieldProps
  extends FieldText, Omit<ComponentProps<'input'>, 'id' | 'type'> {}

/** A password, hidden until its owner asks to see it. */
export function PasswordField({
  label,
  labelHidden,
  note,
  hint,
  error,
  ...input
}: PasswordFieldProps) {
  const [isShown, setIsShown] = useState(false);
  return (
    <Field label={label} labelHidden={labelHidden} note={note} hint={hint} error={error}>
      {(control) => (
        <div className={styles.withButton}>
          <input
            {...input}
            {...control}
            type={isShown ? 'text' : 'password'}
            className={styles.control}
          />
          <Button
            kind="quiet"
            aria-pressed={isShown}
            aria-label={`Show ${label.toLowerCase()}`}
            onClick={() => setIsShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Show'}
          </Button>
        </div>
      )}
    </Field>
  );
}
