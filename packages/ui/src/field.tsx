import { useId, type ReactNode } from 'react';
import { IconAlertCircle } from '@tabler/icons-react';
import { VisuallyHidden } from './visually-hidden.tsx';
import styles from './field.module.css';

export interface FieldText {
  label: string;
  /** The label is for screen readers, because what stands beside the field says it to the eye. */
  labelHidden?: boolean | undefined;
  /** Said in grey after the label: "optional". */
  note?: string | undefined;
  hint?: ReactNode;
  error?: string | undefined;
}

interface FieldProps extends FieldText {
  children: (control: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
  }) => ReactNode;
}

/** A label above its control, with a hint or what is wrong below it. */
export function Field({ label, labelHidden, note, hint, error, children }: FieldProps) {
  const id = useId();
  const describedBy = error || hint ? `${id}-about` : undefined;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id} data-hidden={labelHidden}>
        {labelHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}
        {note && <span className={styles.note}> {note}</span>}
      </label>
      {children({ id, 'aria-describedby': describedBy, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <p id={describedBy} className={styles.error}>
          <IconAlertCircle aria-hidden size="1rem" />
          {sentence(label, error)}
        </p>
      ) : (
        hint && (
          <p id={describedBy} className={styles.hint}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

/** The server says "must have at least 8 characters" and leaves it to us what must. */
function sentence(label: string, message: string): string {
  if (!/^\p{Ll}/u.test(message)) return message;
  return `${label} ${message}${/[.!?]$/.test(message) ? '' : '.'}`;
}
