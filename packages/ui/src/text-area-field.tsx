import type { ComponentProps } from 'react';
import { Field, type FieldText } from './field.tsx';
import styles from './field.module.css';

export interface TextAreaFieldProps extends FieldText, Omit<ComponentProps<'textarea'>, 'id'> {}

/** A text of several lines. */
export function TextAreaField({
  label,
  labelHidden,
  note,
  hint,
  error,
  ...area
}: TextAreaFieldProps) {
  return (
    <Field label={label} labelHidden={labelHidden} note={note} hint={hint} error={error}>
      {(control) => <textarea rows={3} {...area} {...control} className={styles.control} />}
    </Field>
  );
}
