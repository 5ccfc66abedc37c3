import { once } from 'node:events';
import {
  connect,
  createServer,
  type AddressInfo,
  type OnReadOpts,
  type Server,
  type Socket,
} from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultBounds } from '../config.ts';
import type { RequestHead } from '../request-head.ts';
import { ClientConnection, type ClientListener } from './client-connection.ts';
import type { Fields } from './field-names.ts';
import { Turn } from './turn.ts';

let server: Server;

beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.close();
});

/** What a connection made of the bytes it was given. */
interface Seen {
  requests: string[];
  /** Statuses of the answers. */
  statuses: string[];
}

/** Takes bodies and answers when they are whole. */
class Taker implements ClientListener {
  #body = '';
  readonly #connection: ClientConnection;
  readonly #head: RequestHead;
  readonly #seen: Seen;

  constructor(connection: ClientConnection, head: RequestHead, seen: Seen) {
    this.#connection = connection;
    this.#head = head;
    this.#seen = seen;
  }

  start(): void {
    this.#connection.listener = this;
    if (this.#head.hasBody) this.#connection.openBody();
    else this.#answer('200 OK');
  }

  onBody(chunk: Buffer): void {
    this.#body += chunk.toString('latin1');
  }

  onBodyEnd(trailers: Fields | null): void {
    this.#body +=
      trailers === null ? '' : `|${trailers.spellings.join()}=${trailers.values.join()}`;
    this.#answer('200 OK');
  }

  onBodyFault(code: string): void {
    this.#answer(`400 ${code}`);
  }

  onClientWritable(): void {}
  onTunnelBytes(): void {}
  onTunnelEnd(): void {}
  onClientGone(): void {}
  onSweep(): void {}

  #answer(status: string): void {
    const { method, url } = this.#head;
    this.#seen.requests.push(`${method} ${url} ${this.#body}`);
    const isLast = !this.#connection.decideToKeepAlive(true);
    const close = isLast ? 'Connection: close\r\n' : '';
    this.#connection.sendAnswer(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n${close}\r\n`);
  }
}

/** Gives a connection pieces of bytes, exactly as they are cut, and then the end. */
async function feed(pieces: readonly string[]): Promise<Seen> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  const seen: Seen = { requests: [], statuses: [] };
  const turn = new Turn(() => true);
  let read: (piece: string) => void = () => undefined;
  const open = (onread: OnReadOpts): Socket => {
    const memory = typeof onread.buffer === 'function' ? onread.buffer() : onread.buffer;
    read = (piece) => onread.callback(Buffer.from(memory.buffer).write(piece, 'latin1'), memory);
    return socket;
  };
  const connection = new ClientConnection(open, {
    turn,
    bounds: defaultBounds,
    isDraining: false,
    onRequest: (own, head) => new Taker(own, head, seen).start(),
    onClosed: () => undefined,
  });
  for (const piece of pieces) read(piece);
  client.end();
  const answers = await readText(client);
  seen.statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status = '']) => status);
  connection.destroy();
  return seen;
}

const host = 'Host: a\r\n';
const chunked = `POST /c HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`;

test.each<[string, string, Seen['requests'], string[]]>([
  ['one request', `GET /1 HTTP/1.1\r\n${host}\r\n`, ['GET /1 '], ['200']],
  [
    'requests sent ahead',
    `GET /1 HTTP/1.1\r\n${host}\r\n`.repeat(3),
    ['GET /1 ', 'GET /1 ', 'GET /1 '],
    ['200', '200', '200'],
  ],
  [
    'an empty line between requests',
    `GET /1 HTTP/1.1\r\n${host}\r\n\r\nGET /2 HTTP/1.1\r\n${host}\r\n`,
    ['GET /1 ', 'GET /2 '],
    ['200', '200'],
  ],
  [
    'two empty lines between requests',
    `GET /1 HTTP/1.1\r\n${host}\r\n\r\n\r\nGET /2 HTTP/1.1\r\n${host}\r\n`,
    ['GET /1 '],
    ['200', '400'],
  ],
  [
    'a sized body and the next request',
    `POST /1 HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\n${host}\r\n`,
    ['POST /1 hello', 'GET /2 '],
    ['200', '200'],
  ],
  [
    'a request in a body',
    `POST /1 HTTP/1.1\r\n${host}Content-Length: 28\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n`,
    ['POST /1 GET /x HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['200'],
  ],
  [
    'chunks with trailers and the next request',
    `${chunked}5;x\r\nhello\r\n0\r\nX-A: 1\r\n\r\nGET /2 HTTP/1.1\r\n${host}\r\n`,
    ['POST /c hello|X-A=1', 'GET /2 '],
    ['200', '200'],
  ],
  ['a broken chunk', `${chunked}5\r\nhelloGET /2 HTTP/1.1\r\n`, ['POST /c hello'], ['400']],
  ['a chunk size that is none', `${chunked}zz\r\n`, ['POST /c '], ['400']],
  [
    'a request behind the last one',
    `GET /1 HTTP/1.1\r\n${host}Connection: close\r\n\r\nGET /2 HTTP/1.1\r\n${host}\r\n`,
    ['GET /1 '],
    ['200'],
  ],
  ['lines that end with LF', 'GET / HTTP/1.1\nHost: a\n\n', [], ['400']],
  ['a CR alone', 'GET / HTTP/1.1\rHost: a\r\r', [], ['400']],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [], ['400']],
  [
    'length and chunks',
    `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    [],
    ['400'],
  ],
  [
    'a head that is too large',
    `GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(17_000)}\r\n\r\n`,
    [],
    ['431'],
  ],
  [
    'a head that is one byte too large',
    `GET / HTTP/1.1\r\nX: ${'a'.repeat(16_384 - 22)}\r\n\r\n`,
    [],
    ['431'],
  ],
  [
    'a head just small enough',
    `GET / HTTP/1.1\r\nX: ${'a'.repeat(16_384 - 23)}\r\n\r\n`,
    ['GET / '],
    ['200'],
  ],
  ['a URL without end', `GET /${'a'.repeat(17_000)}`, [], ['414']],
  ['nothing', '', [], []],
  ['half a head', 'GET / HTTP/1.1\r\nHo', [], []],
])('reads %s, however it is cut', async (_what, text, requests, statuses) => {
  expect(await feed(text === '' ? [] : [text])).toEqual({ requests, statuses });
  expect(await feed(text.split(''))).toMatchObject({ statuses });
  for (const size of [2, 3, 7, 61, 4_096]) {
    const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect(await feed(pieces)).toEqual({ requests, statuses });
  }
});
