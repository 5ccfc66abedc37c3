import { openSecret, upstreamAuthPurpose, type UpstreamRecord } from '@apigate/domain/gateway';
import { Pool } from 'undici';
import { guardedConnector } from './guarded-connector.ts';
import type { Logger } from './logger.ts';

/** An API behind us, ready to be sent requests. */
export interface Upstream {
  readonly id: string;
  readonly pool: Pool;
  /** What comes before every path; without a slash at its end. */
  readonly basePath: string;
  /** The header that authenticates us there. */
  readonly authHeader: { name: string; value: string } | null;
  /** Requests that may be under way or wait at once. */
  readonly requestsMax: number;
  requests: number;
}

interface Entry {
  upstream: Upstream;
  /** What it was made from. */
  source: string;
}

/** The upstreams, each with a pool of connections of its own. */
export class Upstreams {
  readonly #entries = new Map<string, Entry>();
  readonly #encryptionKey: Buffer;
  readonly #queueMax: number;
  readonly #logger: Logger;

  constructor(encryptionKey: Buffer, queueMax: number, logger: Logger) {
    this.#encryptionKey = encryptionKey;
    this.#queueMax = queueMax;
    this.#logger = logger;
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
        this.#logger.error({ upstream_id: record.id, err: error }, 'upstream_unusable');
      }
    }
    for (const id of gone) this.#retire(id);
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ upstream }) => upstream.pool.destroy()));
    this.#entries.clear();
  }

  #open(record: UpstreamRecord): Upstream {
    const url = new URL(record.url);
    const pool = new Pool(url.origin, {
      connect: guardedConnector(record.connectTimeoutMs),
      connections: record.connectionsMax,
      pipelining: 1,
      allowH2: false,
      headersTimeout: record.responseTimeoutMs,
      bodyTimeout: record.idleTimeoutMs,
    });
    return {
      id: record.id,
      pool,
      basePath: url.pathname.replace(/\/$/, ''),
      authHeader: this.#authHeaderOf(record),
      requestsMax: record.connectionsMax + this.#queueMax,
      requests: 0,
    };
  }

  #authHeaderOf({ authHeaderName, authHeaderSealed }: UpstreamRecord): Upstream['authHeader'] {
    if (authHeaderName === null || authHeaderSealed === null) return null;
    const value = openSecret(this.#encryptionKey, upstreamAuthPurpose, authHeaderSealed);
    return { name: authHeaderName, value };
  }

  #retire(id: string): void {
    const pool = this.#entries.get(id)?.upstream.pool;
    this.#entries.delete(id);
    pool?.close().catch((error: unknown) => {
      this.#logger.warn({ upstream_id: id, err: error }, 'upstream_close_failed');
    });
  }
}
