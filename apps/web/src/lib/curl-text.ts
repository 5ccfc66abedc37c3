import { shellQuoted } from './shell-text.ts';

/** A call of the REST surface, as one pastes it into a terminal that has the token in `TOKEN`. */
export function curlText(
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
  method = 'GET',
): string {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  return `curl${verb} -H "Authorization: Bearer $TOKEN" ${shellQuoted(url.href)}`;
}
