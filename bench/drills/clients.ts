import { connect, type Socket } from 'node:net';

const reconnectMs = 10;
const bodyBytes = 2;
const headEnd = Buffer.from('\r\n\r\n');
const timeoutMs = 10_000;

/** Clients that send one request after the other and remember which of them were answered whole. */
export class Clients {
  readonly #port: number;
  readonly #keys: readonly string[];
  readonly #sockets = new Set<Socket>();
  #isStopped = false;
  #sent = 0;
  #broken = 0;
  #late = 0;
  readonly #statuses = new Map<number, number>();
  /** Ids of requests that were answered with 200 and a whole body. */
  readonly answered = new Set<string>();
  #next = 0;

  constructor(port: number, keys: readonly string[], connections: number) {
    this.#port = port;
    this.#keys = keys;
    for (let at = 0; at < connections; at += 1) this.#connect();
  }

  /** Requests that were sent, those that broke off, and how many were answered with each status. */
  get counts(): {
    sent: number;
    broken: number;
    late: number;
    statuses: ReadonlyMap<number, number>;
  } {
    return {
      sent: this.#sent,
      broken: this.#broken,
      late: this.#late,
      statuses: this.#statuses,
    };
  }

  /** Lets the requests under way be answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const closed = [...this.#sockets].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    await Promise.all(closed);
  }

  #connect(): void {
    if (this.#isStopped) return;
    const socket = connect(this.#port, '127.0.0.1');
    this.#sockets.add(socket);
    socket.setTimeout(timeoutMs, () => {
      this.#late += 1;
      socket.destroy();
    });
    let isWaiting = false;
    let received = Buffer.alloc(0);
    const send = (): void => {
      if (this.#isStopped) return void socket.end();
      this.#next += 1;
      this.#sent += 1;
      isWaiting = true;
      const key = this.#keys[this.#next % this.#keys.length] ?? '';
      socket.write(`GET /v1/${this.#next} HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\n\r\n`);
    };
    socket.once('connect', send);
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf(headEnd);
      if (end === -1) return;
      const head = received.toString('latin1', 0, end);
      const bytes = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? bodyBytes);
      if (received.length < end + headEnd.length + bytes) return;
      received = Buffer.alloc(0);
      isWaiting = false;
      this.#note(head);
      if (/^connection: close/im.test(head)) socket.end();
      else send();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (isWaiting) this.#broken += 1;
      setTimeout(() => this.#connect(), reconnectMs);
    });
  }

  #note(head: string): void {
    const status = Number(head.slice(9, 12));
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    const id = /^x-request-id: (\S+)/im.exec(head)?.[1];
    if (status === 200 && id !== undefined) this.answered.add(id);
  }
}
