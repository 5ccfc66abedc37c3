import type { RequestsFilter } from './requests-query.ts';

/** Where requests are to be had as a file, however many they are. @param surface whose REST calls: everybody's or the staff's */
export function exportPath(
  surface: '/v1' | '/admin',
  format: 'csv' | 'json',
  filter: RequestsFilter,
): string {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    query.set(name, value instanceof Date ? value.toISOString() : String(value));
  }
  return `${surface}/usage/export?${query}`;
}
