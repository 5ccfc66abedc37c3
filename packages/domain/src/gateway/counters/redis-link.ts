import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayLogger } from '../gateway-logger.ts';
import type { Script } from './take-script.ts';

const retryMinMs = 50;
const retryMaxMs = 1_000;

export interface RedisLinkOptions {
  url: string;
  /** No call takes longer; when one does, the server counts as away. */
  timeoutMs: number;
  scripts: readonly Script[];
  logger: GatewayLogger;
}

type Client = Awaited<ReturnType<typeof newClient>>;

interface Call {
  startedAtMs: number;
  settle: (reply: readonly string[] | null) => void;
}

/**
 * A connection to Redis that is there or is not: a call is answered in time, or the server counts as away, which all
 * calls that wait are told at once and later ones without waiting. It is looked for in the background. The client sends
 * what was asked in one turn of the event loop together.
 */
export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #calls = new Set<Call>();
  readonly #tried = Promise.withResolvers<void>();
  #client: Client | null = null;
  #connecting: Client | null = null;
  #watch: NodeJS.Timeout | null = null;
  #hasTold = false;
  #isClosed = false;
  #seeking: Promise<void> | null = null;
  readonly #closed = new AbortController();

  constructor(options: RedisLinkOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#client !== null;
  }

  /** Begins to look for the server. Settles when it was found, or was not at the first try. */
  start(): Promise<void> {
    this.#seek();
    return this.#tried.promise;
  }

  /** Runs a script. @returns null when the server is away, or goes away meanwhile; it may have run it all the same */
  call(script: Script, keys: readonly string[], args: readonly string[]): Promise<string[] | null> {
    const client = this.#client;
    if (client === null) return Promise.resolve(null);
    return new Promise((resolve) => {
      const call: Call = {
        startedAtMs: performance.now(),
        settle: (reply) => {
          if (this.#calls.delete(call)) resolve(reply === null ? null : [...reply]);
        },
      };
      this.#calls.add(call);
      this.#watch ??= this.#watchFor(this.#options.timeoutMs);
      const command = ['EVALSHA', script.digest, String(keys.length), ...keys, ...args];
      client.sendCommand(command).then(
        (reply) => call.settle(Array.isArray(reply) ? reply.map(String) : []),
        (error: unknown) => {
          this.#lose(client, error);
          call.settle(null);
        },
      );
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closed.abort();
    const client = this.#client;
    this.#client = null;
    if (client?.isOpen === true) client.destroy();
    if (this.#connecting?.isOpen === true) this.#connecting.destroy();
    this.#giveUpCalls();
    await this.#seeking;
  }

  #seek(): void {
    if (this.#isClosed) return;
    this.#seeking ??= this.#connect().finally(() => {
      this.#seeking = null;
    });
  }

  async #connect(): Promise<void> {
    for (let tries = 0; !this.#isClosed; tries += 1) {
      const client = await newClient(this.#options.url, this.#options.timeoutMs);
      this.#connecting = client;
      let failure: unknown = null;
      client.on('error', (error: unknown) => {
        failure = error;
        this.#lose(client, error);
      });
      try {
        await this.#prepare(client);
        if (this.#isClosed) return client.destroy();
        if (failure === null) {
          this.#client = client;
          this.#connecting = null;
          this.#options.logger.info({}, 'redis_up');
          this.#hasTold = false;
          this.#tried.resolve();
          return;
        }
      } catch (error) {
        failure ??= error;
      }
      if (client.isOpen) client.destroy();
      if (this.#isClosed) break;
      this.#tell(failure);
      this.#tried.resolve();
      const delayMs = Math.min(retryMinMs * 2 ** tries, retryMaxMs);
      await sleep(delayMs, undefined, { ref: false, signal: this.#closed.signal }).catch(
        () => undefined,
      );
    }
    this.#tried.resolve();
  }

  async #prepare(client: Client): Promise<void> {
    const late = AbortSignal.timeout(this.#options.timeoutMs * 10);
    const lateness = new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
    });
    lateness.catch(() => undefined);
    await Promise.race([client.connect(), lateness]);
    for (const { text } of this.#options.scripts) {
      await Promise.race([client.sendCommand(['SCRIPT', 'LOAD', text]), lateness]);
    }
  }

  /** One timer for all calls that wait, for the eldest of them. */
  #watchFor(delayMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      // Where we were late ourselves, the answer may be there already, and is read before this comes.
      setImmediate(() => this.#lookAtEldest());
    }, delayMs);
  }

  #lookAtEldest(): void {
    this.#watch = null;
    const [eldest] = this.#calls;
    if (eldest === undefined) return;
    const leftMs = eldest.startedAtMs + this.#options.timeoutMs - performance.now();
    if (leftMs > 0) this.#watch = this.#watchFor(Math.ceil(leftMs));
    else if (this.#client !== null) this.#lose(this.#client, new Error('no answer in time'));
  }

  /** The server counts as away from now on. */
  #lose(client: Client, error: unknown): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#tell(error);
    this.#giveUpCalls();
    if (client.isOpen) client.destroy();
    this.#seek();
  }

  #giveUpCalls(): void {
    if (this.#watch !== null) clearTimeout(this.#watch);
    this.#watch = null;
    for (const call of [...this.#calls]) call.settle(null);
  }

  /** Once, until it is back. */
  #tell(error: unknown): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.logger.warn({ reason }, 'redis_down');
  }
}

async function newClient(url: string, timeoutMs: number) {
  // Takes longer to load than everything else here, so it is loaded only where there is a Redis.
  const { createClient } = await import('@redis/client');
  return createClient({
    url,
    socket: { connectTimeout: timeoutMs * 10, reconnectStrategy: false, noDelay: true },
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    RESP: 2,
  });
}
