import type { AuditValues } from './audit-row.ts';

/** What an update altered, as the two halves of an audit event: the fields that differ, before and after. */
export function changedValues(
  before: Readonly<AuditValues>,
  after: Readonly<AuditValues>,
): { before: AuditValues; after: AuditValues } | null {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter(
    (name) => name !== 'updatedAt' && JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  if (changed.length === 0) return null;
  const pick = (from: Readonly<AuditValues>) =>
    Object.fromEntries(changed.map((name) => [name, from[name]]));
  return { before: pick(before), after: pick(after) };
}
