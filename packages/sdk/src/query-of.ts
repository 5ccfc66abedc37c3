/** Fields as REST takes them in an address: `?dry_run=true&metadata[tier]=gold`. */
export function queryOf(fields: object): string {
  const query = new URLSearchParams();
  for (const [field, value] of Object.entries<unknown>({ ...fields })) {
    if (value === undefined) continue;
    const name = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (value instanceof Date) query.set(name, value.toISOString());
    else if (typeof value === 'object') {
      for (const [entry, inner] of Object.entries<string>({ ...value })) {
        query.set(`${name}[${entry}]`, inner);
      }
    } else query.set(name, `${value as string | number | boolean}`);
  }
  return query.size === 0 ? '' : `?${query}`;
}
