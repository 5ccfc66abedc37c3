import { useId, type ReactNode } from 'react';
import styles from './check-group.module.css';

export interface CheckGroupProps {
  label: string;
  /** Under this name the form has the values that are ticked. */
  name: string;
  /** Names as machines know them. */
  values: readonly string[];
  ticked: readonly string[];
  hint?: ReactNode;
}

/** Any of a few names, all in sight. */
export function CheckGroup({ label, name, values, ticked, hint }: CheckGroupProps) {
  const id = useId();
  return (
    <fieldset className={styles.group} aria-describedby={hint === undefined ? undefined : id}>
      <legend>{label}</legend>
      {values.map((value) => (
        <label key={value}>
          <input
            type="checkbox"
            name={name}
            value={value}
            defaultChecked={ticked.includes(value)}
          />
          {value}
        </label>
      ))}
      {hint !== undefined && <p id={id}>{hint}</p>}
    </fieldset>
  );
}
