import type { ComponentProps } from 'react';
import { IconChevronDown } from '@tabler/icons-react';
import { Field, type FieldText } from './field.tsx';
import styles from './field.module.css';

export interface SelectFieldProps
  extends FieldText, Omit<ComponentProps<'select'>, 'id' | 'children'> {
  options: readonly { value: string; label: string }[];
}

export function SelectField({
  label,
  labelHidden,
  note,
  hint,
  error,
  options,
  ...select
}: SelectFieldProps) {
  return (
    <Field label={label} labelHidden={labelHidden} note={note} hint={hint} error={error}>
      {(control) => (
        <div className={styles.select}>
          <select {...select} {...control} className={styles.control}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <IconChevronDown aria-hidden size="1rem" />
        </div>
      )}
    </Field>
  );
}
