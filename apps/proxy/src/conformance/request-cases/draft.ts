/** The name of a case, and what is sent. */
export type NamedRequest = [name: string, bytes: string];

/** The parts of a request, each as it will be sent. */
export interface Draft {
  line?: string;
  headers?: readonly string[];
  body?: string;
}

/** A good `Host`. */
export const host = 'Host: api.example.com';
/** What an attacker would like the server behind to take for a request. */
export const smuggled = `GET /c@ID@/smuggled HTTP/1.1\r\n${host}\r\n\r\n`;
export const chunked = 'Transfer-Encoding: chunked';

/** Writes a request; the host stands first unless `headers` holds one. */
export function draft({
  line = 'POST /c@ID@/x?y=1 HTTP/1.1',
  headers = [],
  body = '',
}: Draft): string {
  const all = headers.some((header) => /^host/i.test(header)) ? headers : [host, ...headers];
  return `${[line, ...all].join('\r\n')}\r\n\r\n${body}`;
}

/** The length of a body, whatever the number of its case. */
export function lengthOf(body: string): string {
  return `Content-Length: ${body.replaceAll('@ID@', '9999').length}`;
}
