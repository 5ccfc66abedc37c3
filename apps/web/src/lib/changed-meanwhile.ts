/**
 * What somebody else has changed in an object since it was read, in words: `burst is 5, was 10`.
 *
 * @returns null where nothing is different
 */
export function changedMeanwhile<Shown extends { updatedAt: Date }>(
  seen: Shown,
  now: Shown,
): string | null {
  if (seen.updatedAt.getTime() === now.updatedAt.getTime()) return null;
  const before: Readonly<Record<string, unknown>> = { ...seen };
  const changes = Object.entries(now).flatMap(([field, value]) => {
    const [is, was] = [JSON.stringify(value), JSON.stringify(before[field])];
    return field === 'updatedAt' || is === was ? [] : [`${field} is ${is}, was ${was}`];
  });
  return changes.length === 0 ? null : changes.join('; ');
}
