import type { ReactNode } from 'react';
import { FormProblem } from './form-problem.tsx';
import styles from './form.module.css';

export interface FormProps {
  /** `entrance`: the whole of a card, with its button across; `page`: among other things. */
  place: 'entrance' | 'page';
  /** Why the last try failed. */
  error: unknown;
  /** The fields at which their own faults are shown. */
  fields: readonly string[];
  onSubmit: (form: FormData, element: HTMLFormElement) => void;
  children: ReactNode;
}

/** Fields below each other, and above them what the server refused. */
export function Form({ place, error, fields, onSubmit, children }: FormProps) {
  return (
    <form
      className={styles.form}
      data-place={place}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(new FormData(event.currentTarget), event.currentTarget);
      }}
    >
      <FormProblem error={error} fields={fields} />
      {children}
    </form>
  );
}
