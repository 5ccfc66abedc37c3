export interface ExportedRequests {
  user?: string;
  refused?: true;
  since: Date;
  until: Date;
}

/** The address of a file of requests, however many they are. */
export function exportHref(
  format: 'csv' | 'json',
  { user, refused, since, until }: ExportedRequests,
): string {
  const query = new URLSearchParams({
    format,
    since: since.toISOString(),
    until: until.toISOString(),
    ...(user !== undefined && { user }),
    ...(refused && { refused: 'true' }),
  });
  return `/admin/usage/export?${query.toString()}`;
}
