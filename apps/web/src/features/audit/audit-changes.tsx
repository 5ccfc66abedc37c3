import type { AuditEvent } from '@apigate/contract';
import { changedFields } from './changed-fields.ts';
import styles from './audit-changes.module.css';

/** Before and after, field by field. */
export function AuditChanges({ event }: { event: AuditEvent }) {
  const fields = changedFields(event);
  if (fields.length === 0) return null;
  return (
    <table className={styles.changes}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>{before === undefined ? <None /> : <del>{before}</del>}</td>
            <td>{after === undefined ? <None /> : <ins>{after}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function None() {
  return <span className={styles.none}>none</span>;
}
