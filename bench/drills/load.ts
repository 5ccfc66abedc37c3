import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Histogram } from '../histogram.ts';

const reconnectMs = 10;
const turnMs = 2;
const timeoutMs = 10_000;
const calibrationMs = 1_000;
const perSecondMax = 1_000;
const perSecondMin = 50;
const headEnd = Buffer.from('\r\n\r\n');

export interface LoadOptions {
  /** Of the proxies, which get the same number of connections each. */
  ports: readonly number[];
  keys: readonly string[];
  perSecond: number;
  connections?: number;
  onAnswer?: (answer: LoadAnswer) => void;
}

/** One answer, and when its request was sent. */
export interface LoadAnswer {
  key: string;
  status: number;
  sentAtMs: number;
}

/** What became of the requests that were due within one stretch of time. */
export class Phase {
  sent = 0;
  /** Answered with 200 and a whole body. */
  good = 0;
  /** The connection ended before the answer did. */
  broken = 0;
  /** Not answered in ten seconds. */
  late = 0;
  readonly refused = new Map<number, number>();
  /** From when each was due. */
  readonly latencies = new Histogram();

  /** All that were not answered with 200. */
  get errors(): number {
    return this.broken + this.late + [...this.refused.values()].reduce((sum, n) => sum + n, 0);
  }

  get p99Ms(): number {
    return this.latencies.percentileUs(0.99) / 1000;
  }
}

interface Request {
  dueMs: number;
  sentAtMs: number;
  key: string;
  phase: Phase;
}

/** Clients that send at a rate, however long answers take, and remember which requests were answered whole. */
export class Load implements AsyncDisposable {
  /** Ids of requests that were answered with 200 and a whole body. */
  readonly answered = new Set<string>();
  readonly #options: LoadOptions;
  readonly #sockets = new Set<Socket>();
  readonly #free: ((request: Request) => void)[] = [];
  readonly #waiting: Omit<Request, 'sentAtMs'>[] = [];
  readonly #turns: NodeJS.Timeout;
  #perSecond: number;
  #keys: readonly string[];
  #dueMs = performance.now();
  #next = 0;
  #isStopped = false;
  #phase = new Phase();
  /** Everything that was ever sent. */
  readonly phases: Phase[] = [this.#phase];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#perSecond = options.perSecond;
    this.#keys = options.keys;
    const { ports, connections = 24 } = options;
    for (let at = 0; at < connections; at += 1) this.#connect(ports[at % ports.length] ?? 0);
    this.#turns = setInterval(() => this.#turn(), turnMs);
  }

  /** Finds out how much can be answered, and sends half of that. */
  static async atHalf(options: Omit<LoadOptions, 'perSecond'>): Promise<Load> {
    const load = new Load({ ...options, perSecond: Infinity });
    await sleep(calibrationMs);
    const phase = load.begin();
    await sleep(calibrationMs);
    const most = (phase.good * 1000) / calibrationMs;
    load.#perSecond = Math.min(perSecondMax, Math.max(perSecondMin, Math.round(most / 2)));
    load.#dueMs = performance.now();
    return load;
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** What is due from now on is counted apart. */
  begin(): Phase {
    this.#phase = new Phase();
    this.phases.push(this.#phase);
    return this.#phase;
  }

  /** Counts what is due in the next while apart. */
  async watch(ms: number): Promise<Phase> {
    const phase = this.begin();
    await sleep(ms);
    return phase;
  }

  useKeys(keys: readonly string[]): void {
    this.#keys = keys;
  }

  /** Lets the requests under way be answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#turns);
    this.#waiting.length = 0;
    for (const socket of this.#sockets) if (socket.connecting) socket.destroy();
    const closed = [...this.#sockets].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    for (const socket of this.#sockets) if (!isBusy.has(socket)) socket.end();
    await Promise.all(closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isStopped) await this.stop();
  }

  #turn(): void {
    const nowMs = performance.now();
    if (this.#perSecond === Infinity) {
      while (this.#free.length > 0) this.#due(nowMs);
      return;
    }
    while (this.#dueMs <= nowMs) {
      this.#due(this.#dueMs);
      this.#dueMs += 1000 / this.#perSecond;
    }
  }

  #due(dueMs: number): void {
    this.#next += 1;
    const key = this.#keys[this.#next % this.#keys.length] ?? '';
    // The one that was free for longest, so that every proxy gets its share.
    const send = this.#free.shift();
    const request = { dueMs, key, phase: this.#phase };
    if (send === undefined) this.#waiting.push(request);
    else send({ ...request, sentAtMs: performance.now() });
  }

  #connect(port: number): void {
    if (this.#isStopped) return;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#sockets.add(socket);
    let current: Request | null = null;
    let isLate = false;
    let received: Buffer = Buffer.alloc(0);
    socket.setTimeout(timeoutMs, () => {
      isLate = current !== null;
      socket.destroy();
    });
    const send = (request: Request): void => {
      current = request;
      request.phase.sent += 1;
      isBusy.add(socket);
      const { key } = request;
      socket.write(`GET /v1/${this.#next} HTTP/1.1\r\nHost: drill\r\nX-API-Key: ${key}\r\n\r\n`);
    };
    const next = (): void => {
      isBusy.delete(socket);
      if (this.#isStopped) return void socket.end();
      const request = this.#waiting.shift();
      if (request === undefined) this.#free.push(send);
      else send({ ...request, sentAtMs: performance.now() });
    };
    socket.once('connect', next);
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf(headEnd);
      if (end === -1 || current === null) return;
      const head = received.toString('latin1', 0, end);
      const bytes = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
      if (received.length < end + headEnd.length + bytes) return;
      received = Buffer.alloc(0);
      const request = current;
      current = null;
      this.#note(head, request);
      if (/^connection: close/im.test(head)) socket.end();
      else next();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      const at = this.#free.indexOf(send);
      if (at !== -1) this.#free.splice(at, 1);
      if (current !== null) {
        if (isLate) current.phase.late += 1;
        else current.phase.broken += 1;
      }
      setTimeout(() => this.#connect(port), reconnectMs);
    });
  }

  #note(head: string, { phase, dueMs, sentAtMs, key }: Request): void {
    const status = Number(head.slice(9, 12));
    phase.latencies.record((performance.now() - dueMs) * 1000);
    const id = /^x-request-id: (\S+)/im.exec(head)?.[1];
    if (status === 200) phase.good += 1;
    else phase.refused.set(status, (phase.refused.get(status) ?? 0) + 1);
    if (status === 200 && id !== undefined) this.answered.add(id);
    this.#options.onAnswer?.({ key, status, sentAtMs });
  }
}

/** Sockets with a request under way. */
const isBusy = new WeakSet<Socket>();
