import { connect, type Socket } from 'node:net';

/** An answer as a client sees it. */
export interface ClientAnswer {
  status: number;
  head: string;
  /** Chunks taken apart. */
  body: string;
  /** Whether it has come to the end that its head promises. */
  isWhole: boolean;
}

interface Waiting {
  method: string;
  settle: (answer: ClientAnswer | null) => void;
}

/** A client that sends one request after the other by the same connection, as long as it holds. */
export class RawClient implements Disposable {
  readonly #port: number;
  #socket: Socket | null = null;
  #text = '';
  #waiting: Waiting | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /** Whether the connection of the last request may be used again. */
  get isOpen(): boolean {
    return this.#socket !== null;
  }

  /** Sends bytes that make up one request. @returns null when the connection has ended without an answer. */
  request(bytes: string): Promise<ClientAnswer | null> {
    const { promise, resolve } = Promise.withResolvers<ClientAnswer | null>();
    this.#waiting = { method: bytes.slice(0, bytes.indexOf(' ')), settle: resolve };
    this.#socket ??= this.#open();
    this.#socket.write(bytes, 'latin1');
    return promise;
  }

  [Symbol.dispose](): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true });
    this.#text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1');
      this.#read(false);
    });
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = null;
      this.#read(true);
    });
    return socket;
  }

  #read(isOver: boolean): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const answer = takeApart(this.#text, waiting.method, isOver);
    if (answer === null && !isOver) return;
    this.#waiting = null;
    this.#text = '';
    if (answer === null || !answer.isWhole || /\r\nconnection: *close/i.test(answer.head)) {
      this.#socket?.destroy();
      this.#socket = null;
    }
    waiting.settle(answer);
  }
}

/** @returns null while there is more to come. */
function takeApart(text: string, method: string, isOver: boolean): ClientAnswer | null {
  let at = 0;
  for (;;) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end === -1) return null;
    const head = text.slice(at, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
    at = end + 4;
    if (status >= 100 && status < 200 && status !== 101) continue;
    const { body, isWhole } = bodyOf(text.slice(at), head, status, method, isOver);
    return isWhole || isOver ? { status, head, body, isWhole } : null;
  }
}

function bodyOf(
  rest: string,
  head: string,
  status: number,
  method: string,
  isOver: boolean,
): Pick<ClientAnswer, 'body' | 'isWhole'> {
  if (method === 'HEAD' || status === 204 || status === 304 || status === 101) {
    return { body: rest, isWhole: true };
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    return { body: rest, isWhole: length === undefined ? isOver : rest.length >= Number(length) };
  }
  let body = '';
  let at = 0;
  for (;;) {
    const [line, size] = /^([0-9a-f]+)[^\r\n]*\r\n/i.exec(rest.slice(at)) ?? [];
    if (line === undefined || size === undefined) return { body, isWhole: false };
    const bytes = Number.parseInt(size, 16);
    at += line.length;
    if (bytes === 0) return { body, isWhole: /^(?:[^\r\n]+\r\n)*\r\n/.test(rest.slice(at)) };
    body += rest.slice(at, at + bytes);
    at += bytes + 2;
  }
}
