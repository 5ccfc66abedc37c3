import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import type { PasswordHasher } from '../auth/password-hasher.ts';
import type { Queryable } from '../queryable.ts';
import {
  BasicSecrets,
  Callers,
  ChangeFeed,
  Meter,
  RedisCounters,
  SharedCounters,
  Snapshot,
  UsageShipping,
  type GatewayLogger,
  type IdentifyBounds,
} from '../gateway/index.ts';

const connectionsMax = 4;
const connectTimeoutMs = 2_000;
const queryTimeoutMs = 30_000;
const flushTimeoutMs = 10_000;

/** How long the gate waits and how much it holds. */
export interface KeyGateBounds extends IdentifyBounds {
  keysMax: number;
  unknownKeyTtlMs: number;
  changePollMs: number;
  /** For everything to be loaded, at the first question. */
  readyTimeoutMs: number;
}

export const keyGateBounds: KeyGateBounds = {
  databaseSilenceMaxMs: 15 * 60_000,
  keyLookupTimeoutMs: 2_000,
  keyLookupsMax: 1_000,
  keysMax: 100_000,
  unknownKeyTtlMs: 5_000,
  changePollMs: 2_000,
  readyTimeoutMs: 5_000,
};

/** What a gate is made with. */
export interface KeyGateOptions {
  databaseUrl: string;
  keyPepper: Buffer;
  /** Checks the secrets of `basic` credentials. */
  passwords: Pick<PasswordHasher, 'verify'>;
  logger: GatewayLogger;
  /** Where counters are shared with the proxies; null where each process has its own. */
  redisUrl: string | null;
  /** Folder in which usage waits for the database. */
  spoolDir: string;
  bounds?: KeyGateBounds;
}

/**
 * All that it takes to decide on keys outside the proxy: the same snapshot of keys, plans and routes, kept true in the
 * same way, and counters of its own. It connects to the database when it is asked for the first time.
 */
export class KeyGate implements AsyncDisposable {
  readonly counters: RedisCounters | SharedCounters;
  readonly bounds: KeyGateBounds;
  readonly snapshot: Snapshot;
  readonly meter: Meter;
  readonly #pool: Pool;
  readonly #redis: RedisCounters | null;
  readonly #feed: ChangeFeed;
  #loading: Promise<void> | null = null;
  #isLoaded = false;

  constructor(options: KeyGateOptions) {
    const { databaseUrl, keyPepper, passwords, logger, redisUrl, spoolDir } = options;
    this.bounds = options.bounds ?? keyGateBounds;
    const local = new SharedCounters();
    this.#redis = redisUrl === null ? null : new RedisCounters({ url: redisUrl, local, logger });
    this.counters = this.#redis ?? local;
    this.#pool = new Pool({
      connectionString: databaseUrl,
      application_name: 'apigate-key-gate',
      max: connectionsMax,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: queryTimeoutMs,
    });
    this.#pool.on('error', (error) => logger.warn({ err: error }, 'database_connection_lost'));
    // While a pool ends it no longer listens to its clients, and the server may still have something to say to them.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    const callers = new Callers(
      this.#pool,
      this.counters,
      keyPepper,
      new BasicSecrets(passwords),
      this.bounds,
    );
    this.snapshot = new Snapshot(this.#pool, callers, () => undefined, logger);
    this.#feed = new ChangeFeed(databaseUrl, this.snapshot, this.bounds.changePollMs, logger);
    this.meter = new Meter({
      shipping: new UsageShipping({ dir: spoolDir, db: this.#pool, units: local, logger }),
      units: this.counters,
      logger,
      whenFull: () => 'refuse',
    });
  }

  /** Does `work` in one transaction of the database that usage goes into. */
  async transact<T>(work: (db: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      client.release();
      return result;
    } catch (error) {
      const isLost = await client.query('rollback').then(
        () => false,
        () => true,
      );
      client.release(isLost);
      throw error;
    }
  }

  /** Waits until everything is loaded, within bounds. @returns whether it is. */
  async isReady(): Promise<boolean> {
    if (this.#isLoaded) return true;
    this.#loading ??= this.#load();
    const late = new AbortController();
    const timeout = sleep(this.bounds.readyTimeoutMs, undefined, { signal: late.signal });
    await Promise.race([this.#loading, timeout.catch(() => undefined)]);
    late.abort();
    return this.#isLoaded;
  }

  async #load(): Promise<void> {
    const { promise: loaded, resolve: onLoaded } = Promise.withResolvers<void>();
    this.#feed.start(onLoaded);
    await Promise.all([this.meter.start(), this.#redis?.start(), loaded]);
    this.#isLoaded = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#feed.stop();
    await this.meter.close(flushTimeoutMs);
    await this.#redis?.close();
    await this.#pool.end();
  }
}
