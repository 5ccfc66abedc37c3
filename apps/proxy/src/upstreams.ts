import {
  basePathOf,
  openSecret,
  upstreamAuthPurpose,
  type AddressRules,
  type UpstreamRecord,
} from '@apigate/domain/gateway';
import type { Turn } from './http/turn.ts';
import { UpstreamPool } from './http/upstream-pool.ts';
import type { Logger } from './logger.ts';

/** An API behind us, ready to be sent requests. */
export interface Upstream {
  readonly id: string;
  readonly pool: UpstreamPool;
  /** What stands behind the path in the head of each request: the version, and what it is called in `Host`. */
  readonly versionAndHost: string;
  /** What comes before every path; without a slash at its end. */
  readonly basePath: string;
  /** The line of the header that authenticates us there, with its end; empty when there is none. */
  readonly authLine: string;
  /** The name of that header in lower case, which a client's own does not pass beside. */
  readonly replacedName: string | null;
  /** Requests that may be under way or wait at once. */
  readonly requestsMax: number;
  requests: number;
}

interface Entry {
  upstream: Upstream;
  /** What it was made from. */
  source: string;
}

/** What upstreams are reached with. */
export interface UpstreamsOptions {
  encryptionKey: Buffer;
  /** Connections to one of them, whatever it may be given itself. */
  connectionsMax: number;
  /** Requests that may wait for a free connection to one of them. */
  queueMax: number;
  turn: Turn;
  logger: Logger;
  /** Where they may be; asked whenever that matters. */
  addressRules: () => AddressRules;
}

/** The upstreams, each with a pool of connections of its own. */
export class Upstreams {
  readonly #entries = new Map<string, Entry>();
  readonly #options: UpstreamsOptions;
  /** No longer in use, and not done yet. */
  readonly #retired = new Set<UpstreamPool>();

  constructor(options: UpstreamsOptions) {
    this.#options = options;
  }

  get(id: string): Upstream | undefined {
    return this.#entries.get(id)?.upstream;
  }

  /** Takes over the records as they are now. Pools of unchanged ones stay; the others finish what they have begun. */
  replace(records: readonly UpstreamRecord[]): void {
    const gone = new Set(this.#entries.keys());
    for (const record of records) {
      const source = JSON.stringify(record);
      if (this.#entries.get(record.id)?.source === source) {
        gone.delete(record.id);
        continue;
      }
      try {
        const upstream = this.#open(record);
        this.#retire(record.id);
        this.#entries.set(record.id, { upstream, source });
        gone.delete(record.id);
      } catch (error) {
        this.#options.logger.error({ upstream_id: record.id, err: error }, 'upstream_unusable');
      }
    }
    for (const id of gone) this.#retire(id);
  }

  /** Ends every connection. */
  close(): void {
    for (const { upstream } of this.#entries.values()) upstream.pool.destroy();
    for (const pool of this.#retired) pool.destroy();
    this.#entries.clear();
    this.#retired.clear();
  }

  /** Looks at every connection for what has taken too long. */
  sweep(nowMs: number): void {
    for (const { upstream } of this.#entries.values()) upstream.pool.sweep(nowMs);
    for (const pool of this.#retired) {
      pool.sweep(nowMs);
      if (pool.isUnused) this.#retired.delete(pool);
    }
  }

  #open(record: UpstreamRecord): Upstream {
    const url = new URL(record.url);
    const connectionsMax = Math.min(record.connectionsMax, this.#options.connectionsMax);
    const pool = new UpstreamPool(this.#options.turn, {
      origin: url,
      connectionsMax,
      connectTimeoutMs: record.connectTimeoutMs,
      responseTimeoutMs: record.responseTimeoutMs,
      idleTimeoutMs: record.idleTimeoutMs,
      addressRules: this.#options.addressRules,
    });
    const { authHeaderName: name, authHeaderSealed: sealed } = record;
    const authLine =
      name === null || sealed === null
        ? ''
        : `${name}: ${openSecret(this.#options.encryptionKey, upstreamAuthPurpose, sealed)}\r\n`;
    return {
      id: record.id,
      pool,
      versionAndHost: ` HTTP/1.1\r\nHost: ${url.host}\r\n`,
      basePath: basePathOf(url),
      authLine,
      replacedName: authLine === '' || name === null ? null : name.toLowerCase(),
      requestsMax: connectionsMax + this.#options.queueMax,
      requests: 0,
    };
  }

  #retire(id: string): void {
    const pool = this.#entries.get(id)?.upstream.pool;
    this.#entries.delete(id);
    if (pool === undefined) return;
    pool.retire();
    this.#retired.add(pool);
  }
}
