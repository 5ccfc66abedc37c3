import { connect } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');
const timeoutMs = 60_000;

/** What came back of one request on a connection of its own. */
export interface RawAnswer {
  /** 0 when there was none. */
  status: number;
  head: string;
  body: string;
  /** Whether the body came to its end, as its framing says. */
  isWhole: boolean;
  durationMs: number;
}

/** Sends one request and reads until the connection is closed. */
export function sendRaw(port: number, path: string, key: string): Promise<RawAnswer> {
  const startedAtMs = performance.now();
  const parts: Buffer[] = [];
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => parts.push(chunk));
    socket.once('close', () => {
      resolve({ ...parse(Buffer.concat(parts)), durationMs: performance.now() - startedAtMs });
    });
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\nConnection: close\r\n\r\n`,
    );
  });
}

function parse(bytes: Buffer): Omit<RawAnswer, 'durationMs'> {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return { status: 0, head: '', body: '', isWhole: false };
  const head = bytes.toString('latin1', 0, end);
  const body = bytes.toString('latin1', end + headEnd.length);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  const isWhole =
    length === undefined ? body.endsWith('0\r\n\r\n') : body.length === Number(length);
  return { status: Number(head.slice(9, 12)), head, body, isWhole };
}
