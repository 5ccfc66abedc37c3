import { VisuallyHidden } from '@apigate/ui/visually-hidden';
import { fileFields, type FileField, type UserFile } from './user-file.ts';
import styles from './import-columns.module.css';

export interface ImportColumnsProps {
  file: UserFile;
  /** What each column is taken for; undefined for one that is left out. */
  fields: readonly (FileField | undefined)[];
  onChange: (column: number, field: FileField | undefined) => void;
}

/** The first rows of a file, and above each column what it is. */
export function ImportColumns({ file, fields, onChange }: ImportColumnsProps) {
  return (
    <>
      {!fields.includes('email') && (
        <p className={styles.missing}>Choose which column is the e-mail address.</p>
      )}
      <div className={styles.frame} role="region" aria-label="First rows" tabIndex={0}>
        <table className={styles.table}>
          <caption>
            <VisuallyHidden>First rows of the file</VisuallyHidden>
          </caption>
          <thead>
            <tr>
              {file.headers.map((header, at) => (
                // The columns of a file stay where they are.
                <th key={at} scope="col" data-out={fields[at] === undefined || undefined}>
                  <span>{header === '' ? `Column ${at + 1}` : header}</span>
                  <select
                    aria-label={header === '' ? `Column ${at + 1}` : header}
                    value={fields[at] ?? ''}
                    onChange={({ currentTarget }) =>
                      onChange(
                        at,
                        fileFields.find(({ value }) => value === currentTarget.value)?.value,
                      )
                    }
                  >
                    <option value="">Leave out</option>
                    {fileFields.map(({ value, label }) => (
                      <option key={value} value={value}>
                        {label}
                      </option>
                    ))}
                  </select>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {file.rows.map((cells, row) => (
              <tr key={row}>
                {file.headers.map((_, at) => (
                  <td key={at} data-out={fields[at] === undefined || undefined}>
                    {cells[at]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
