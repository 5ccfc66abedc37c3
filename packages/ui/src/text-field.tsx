import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { Field, type FieldText } from './field.tsx';
import styles from './field.module.css';

export interface TextFieldProps extends FieldText, Omit<ComponentProps<'input'>, 'id'> {}

export function TextField({
  label,
  labelHidden,
  note,
  hint,
  error,
  className,
  ...input
}: TextFieldProps) {
  return (
    <Field label={label} labelHidden={labelHidden} note={note} hint={hint} error={error}>
      {(control) => (
        <input {...input} {...control} className={classNames(styles.control, className)} />
      )}
    </Field>
  );
}
