import { useId, type ReactNode } from 'react';
import { IconAlertCircle } from '@tabler/icons-react';
import styles from './field.module.css';

export interface FieldText {
  label: string;
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
export function Field({ label, note, hint, error, children }: FieldProps) {
  const id = useId();
  const describedBy = error || hint ? `${id}-about` : undefined;
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {note && <span className={styles.note}> {note}</span>}
      </label>
      {children({ id, 'aria-describedby': describedBy, 'aria-invalid': error ? true : undefined })}
      {error ? (
        <p id={describedBy} className={styles.error}>
          <IconAlertCircle aria-hidden size={16} />
          {error}
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
