import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const tickMs = 4;
const timeoutMs = 30_000;
const headEnd = '\r\n\r\n';

/** What is sent, whether or not it is answered in time. */
export interface SteadyLoadOptions {
  port: number;
  path: string;
  keys: readonly string[];
  perSecond: number;
  connectionsMax: number;
}

/** What has become of the requests so far. */
export interface SteadyLoadResult {
  sent: number;
  statuses: ReadonlyMap<number, number>;
  /** Requests without a whole answer, by reason. */
  failures: ReadonlyMap<string, number>;
  /** From the moment at which a request was due. */
  latenciesMs: readonly number[];
  /** Ids of requests that were answered with 200. */
  answered: ReadonlySet<string>;
}

/**
 * Requests at a rate that does not depend on the answers, over connections that are kept. Nothing is sent again: whoever
 * closes a connection behind a request has failed it.
 */
export class SteadyLoad implements AsyncDisposable {
  readonly #options: SteadyLoadOptions;
  readonly #idle: Connection[] = [];
  readonly #waiting: number[] = [];
  readonly #statuses = new Map<number, number>();
  readonly #failures = new Map<string, number>();
  readonly #latenciesMs: number[] = [];
  readonly #answered = new Set<string>();
  readonly #startedAtMs = performance.now();
  readonly #loop: Promise<void>;
  #due = 0;
  #sent = 0;
  #open = 0;
  #isStopped = false;

  constructor(options: SteadyLoadOptions) {
    this.#options = options;
    this.#loop = this.#run();
  }

  get result(): SteadyLoadResult {
    return {
      sent: this.#sent,
      statuses: this.#statuses,
      failures: this.#failures,
      latenciesMs: this.#latenciesMs,
      answered: this.#answered,
    };
  }

  /** Lets the requests under way be answered. */
  async stop(): Promise<SteadyLoadResult> {
    this.#isStopped = true;
    await this.#loop;
    this.#waiting.length = 0;
    for (const connection of this.#idle.splice(0)) connection.socket.destroy();
    while (this.#open > 0) await sleep(tickMs);
    return this.result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #run(): Promise<void> {
    const { perSecond, connectionsMax } = this.#options;
    while (!this.#isStopped) {
      const due = ((performance.now() - this.#startedAtMs) * perSecond) / 1000;
      for (; this.#due < due; this.#due += 1) {
        this.#waiting.push(this.#startedAtMs + (this.#due * 1000) / perSecond);
      }
      while (this.#waiting.length > 0) {
        const connection = this.#idle.pop();
        if (connection !== undefined) this.#send(connection);
        else if (this.#open < connectionsMax) this.#connect();
        else break;
      }
      await sleep(tickMs);
    }
  }

  #connect(): void {
    const socket = connect({ port: this.#options.port, host: '127.0.0.1', noDelay: true });
    const connection: Connection = { socket, received: '', dueAtMs: null };
    this.#open += 1;
    this.#send(connection);
    let reason = 'closed without an answer';
    socket.setEncoding('latin1');
    socket.setTimeout(timeoutMs, () => {
      if (connection.dueAtMs === null) return;
      reason = 'no answer in time';
      socket.destroy();
    });
    socket.on('data', (text: string) => this.#onData(connection, text));
    socket.on('error', (error) => {
      reason = 'code' in error ? String(error.code) : error.message;
    });
    socket.once('close', () => {
      this.#open -= 1;
      const at = this.#idle.indexOf(connection);
      if (at !== -1) this.#idle.splice(at, 1);
      if (connection.dueAtMs === null) return;
      this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
    });
  }

  #send(connection: Connection): void {
    const dueAtMs = this.#waiting.shift();
    if (dueAtMs === undefined) return;
    const { path, keys } = this.#options;
    connection.dueAtMs = dueAtMs;
    const key = keys[this.#sent % keys.length] ?? '';
    this.#sent += 1;
    connection.socket.write(`GET ${path} HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\n\r\n`);
  }

  #onData(connection: Connection, text: string): void {
    connection.received += text;
    const { received, dueAtMs, socket } = connection;
    const end = received.indexOf(headEnd);
    if (end === -1 || dueAtMs === null) return;
    const head = received.slice(0, end);
    const bytes = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    if (received.length < end + headEnd.length + bytes) return;
    connection.received = '';
    connection.dueAtMs = null;
    const status = Number(head.slice(9, 12));
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    const id = /^x-request-id: (\S+)/im.exec(head)?.[1];
    if (status === 200 && id !== undefined) this.#answered.add(id);
    this.#latenciesMs.push(performance.now() - dueAtMs);
    if (/^connection: close/im.test(head) || this.#isStopped) socket.end();
    else if (this.#waiting.length > 0) this.#send(connection);
    else this.#idle.push(connection);
  }
}

interface Connection {
  socket: Socket;
  received: string;
  /** When the request under way was to be sent; null when there is none. */
  dueAtMs: number | null;
}

/** How many requests were not answered with 200. */
export function notServed({ statuses, failures }: SteadyLoadResult): number {
  const others = [...statuses].filter(([status]) => status !== 200).map(([, count]) => count);
  return [...others, ...failures.values()].reduce((sum, count) => sum + count, 0);
}

/** Says what was not answered with 200, such as `502: 3, ECONNRESET: 1`. */
export function describeNotServed({ statuses, failures }: SteadyLoadResult): string {
  const others = [...statuses].filter(([status]) => status !== 200);
  return [...others, ...failures].map(([what, count]) => `${what}: ${count}`).join(', ');
}

/** @param share such as 0.99 */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
