import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  /** Flat list of names and values. */
  rawHeaders: string[];
  /** By lower-case name; the last of several. */
  headers: Record<string, string>;
  /** Everything after the head, framing included. */
  body: string;
}

/** Sends bytes as they are and reads until the other side closes. */
export function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', (error) => (chunks.length > 0 ? undefined : reject(error)));
  });
}

/** Takes the first answer of what came over the wire apart. */
export function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers[(rawHeaders[at] ?? '').toLowerCase()] = rawHeaders[at + 1] ?? '';
  }
  return {
    status: Number(statusLine.split(' ')[1]),
    rawHeaders,
    headers,
    body: text.slice(end + 4),
  };
}

/** Sends one request whose head is given line by line; `Connection: close` is added. */
export async function exchangeRaw(
  port: number,
  lines: readonly string[],
  body = '',
): Promise<RawAnswer> {
  const head = [...lines, 'Connection: close', '', ''].join('\r\n');
  return parseAnswer(await sendRaw(port, head + body));
}
