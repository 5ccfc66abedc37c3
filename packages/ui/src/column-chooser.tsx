import { IconColumns } from '@tabler/icons-react';
import { Button } from './button.tsx';
import { Popover } from './popover.tsx';
import styles from './column-chooser.module.css';

export interface ColumnChooserProps {
  columns: readonly { id: string; header: string }[];
  shown: readonly string[];
  /** @param shown in the order of the table. */
  onChange: (shown: readonly string[]) => void;
}

/** Which columns a table shows. */
export function ColumnChooser({ columns, shown, onChange }: ColumnChooserProps) {
  return (
    <Popover
      label="Columns"
      className={styles.popover}
      trigger={(props) => (
        <Button kind="quiet" icon={<IconColumns aria-hidden />} {...props}>
          Columns
        </Button>
      )}
    >
      <ul>
        {columns.map(({ id, header }) => (
          <li key={id}>
            <label className={styles.choice}>
              <input
                type="checkbox"
                checked={shown.includes(id)}
                onChange={({ currentTarget }) =>
                  onChange(
                    columns
                      .map((column) => column.id)
                      .filter((each) =>
                        each === id ? currentTarget.checked : shown.includes(each),
                      ),
                  )
                }
              />
              {header}
            </label>
          </li>
        ))}
      </ul>
    </Popover>
  );
}
