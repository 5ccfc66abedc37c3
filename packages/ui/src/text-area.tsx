import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { Field, type FieldText } from './field.tsx';
import styles from './field.module.css';

export interface TextAreaProps extends FieldText, Omit<ComponentProps<'textarea'>, 'id'> {}

/** Text of several lines, as code is. */
export function TextArea({ label, labelHidden, note, hint, error, ...textarea }: TextAreaProps) {
  return (
    <Field label={label} labelHidden={labelHidden} note={note} hint={hint} error={error}>
      {(control) => (
        <textarea {...textarea} {...control} className={classNames(styles.control, styles.area)} />
      )}
    </Field>
  );
}
