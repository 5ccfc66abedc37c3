/** The entries that have a value: what stays in an address when filters are removed. */
export function withoutUndefined<Search extends object>(search: {
  [Name in keyof Search]: Search[Name] | undefined;
}): Search {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined),
  ) as Search;
}
