import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ProxyBounds } from '../config.ts';
import type { RequestHead } from '../request-head.ts';
import {
  ClientConnection,
  type ClientBounds,
  type ClientConnectionOwner,
} from './client-connection.ts';
import { readInto } from './read-into.ts';
import type { Turn } from './turn.ts';

/** Between two looks at every connection for what has taken too long. */
const sweepMs = 250;
/** Between two looks at who is left, while it closes. */
const drainLookMs = 25;
/** Nobody came for so long: nobody comes any more. */
const quietMs = 250;

/** The bounds that hold for a server. */
export type ServerBounds = ClientBounds &
  Pick<
    ProxyBounds,
    | 'connectionsMax'
    | 'connectionsPerAddressMax'
    | 'drainIdleMs'
    | 'drainAcceptMs'
    | 'drainTimeoutMs'
  >;

/** What a server is made with. */
export interface HttpServerOptions {
  turn: Turn;
  bounds: ServerBounds;
  onRequest: (connection: ClientConnection, head: RequestHead) => void;
  /** Whether an address may open any number of connections, as a proxy in front of us does. */
  isTrusted: (address: string) => boolean;
  /** Called whenever the connections are looked at. */
  onSweep: (nowMs: number) => void;
}

/** Where a server listens. */
export interface ListenOptions {
  host: string;
  port: number;
  /** Whether other threads and processes listen there too. */
  reusePort?: boolean;
}

/** The HTTP/1.1 server: its connections, how many there may be, and when they have to go. */
export class HttpServer implements ClientConnectionOwner {
  readonly turn: Turn;
  readonly bounds: ServerBounds;
  readonly onRequest: HttpServerOptions['onRequest'];
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #connections = new Set<ClientConnection>();
  readonly #countByAddress = new Map<string, number>();
  #sweep: NodeJS.Timeout | null = null;
  #isDraining = false;
  #cameAtMs = 0;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.turn = options.turn;
    this.bounds = options.bounds;
    this.onRequest = options.onRequest;
    // Whoever has ended its side may still listen for an answer.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, this.#onConnection);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Where it listens; null when it does not. */
  get address(): AddressInfo | null {
    const address = this.#server.address();
    return typeof address === 'string' ? null : address;
  }

  async listen({ host, port, reusePort = false }: ListenOptions): Promise<void> {
    this.#server.listen({ host, port, reusePort });
    await once(this.#server, 'listening');
    this.#sweep = setInterval(this.#onSweep, sweepMs).unref();
  }

  /** From now on every answer says that it is the last one on its connection. */
  drain(): void {
    this.#isDraining = true;
  }

  /**
   * Stops listening, lets what runs come to its end, and closes every connection. Patiently, it goes on listening first:
   * every answer is by now the last on its connection, so that clients come again, and find whoever else listens on the
   * port. Closing a listener resets what has connected and was not accepted yet, hence it waits until nobody comes any
   * more.
   */
  async close(isPatient = false): Promise<void> {
    this.drain();
    if (this.#server.listening) {
      if (isPatient) await this.#untilNobodyComes();
      // What the system had accepted for us was taken in the turn that ends here.
      await nextTurn();
      this.#server.close();
      await this.#untilEmpty();
    }
    if (this.#sweep !== null) clearInterval(this.#sweep);
  }

  onClosed(connection: ClientConnection): void {
    this.#connections.delete(connection);
    const left = (this.#countByAddress.get(connection.address) ?? 1) - 1;
    if (left === 0) this.#countByAddress.delete(connection.address);
    else this.#countByAddress.set(connection.address, left);
  }

  async #untilNobodyComes(): Promise<void> {
    const { drainIdleMs, drainAcceptMs } = this.bounds;
    const startedAtMs = performance.now();
    this.#cameAtMs = startedAtMs;
    for (;;) {
      await sleep(drainLookMs);
      const nowMs = performance.now();
      const isQuiet = nowMs - this.#cameAtMs >= quietMs;
      if (nowMs - startedAtMs >= drainAcceptMs) return;
      if (isQuiet && (nowMs - startedAtMs >= drainIdleMs || this.#connections.size === 0)) return;
    }
  }

  async #untilEmpty(): Promise<void> {
    const startedAtMs = performance.now();
    while (this.#connections.size > 0) {
      const isLate = performance.now() - startedAtMs >= this.bounds.drainTimeoutMs;
      for (const connection of this.#connections) {
        if (isLate) connection.destroy();
        else connection.closeIfIdle();
      }
      await sleep(drainLookMs);
    }
  }

  readonly #onConnection = (socket: Socket): void => {
    this.#cameAtMs = performance.now();
    const { connectionsMax, connectionsPerAddressMax } = this.bounds;
    if (this.#connections.size >= connectionsMax) {
      socket.destroy();
      return;
    }
    const connection = new ClientConnection((onread) => readInto(socket, onread), this);
    const { address } = connection;
    const count = (this.#countByAddress.get(address) ?? 0) + 1;
    this.#countByAddress.set(address, count);
    this.#connections.add(connection);
    if (count > connectionsPerAddressMax && !this.#options.isTrusted(address)) connection.destroy();
  };

  /**
   * What was waited for may have come and not be read yet, when we stood still ourselves; so it is read first, and the
   * time from there on does not count.
   */
  readonly #onSweep = (): void => {
    this.turn.tick();
    const { nowMs } = this.turn;
    setImmediate(() => {
      for (const connection of this.#connections) connection.sweep(nowMs);
      this.#options.onSweep(nowMs);
    });
  };
}
