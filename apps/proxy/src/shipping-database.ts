import type { Queryable } from '@apigate/domain/gateway';
import { Pool, type PoolClient } from 'pg';
import type { Logger } from './logger.ts';
import { preparedOn } from './prepared-on.ts';

const connectTimeoutMs = 2_000;
/** How long an answer may take; it is looked at so often, so at most twice as long. */
const answerTimeoutMsDefault = 15_000;
/** Of a batch of some 200 records. Up to here to plan a statement anew takes longer than a plan made for it would save. */
const preparedCharsMax = 64 * 1024;

/**
 * A connection to the database for one who asks one thing after the other; it is made anew when it breaks, or when an
 * answer does not come in time. One clock runs for all answers: where each has a timer of its own, as with the
 * `query_timeout` of `pg`, what was asked outlives its answer, and the collections of garbage that follow hold up requests.
 */
export class ShippingDatabase implements Queryable {
  readonly #pool: Pool;
  readonly #prepared: Queryable;
  readonly #clock: NodeJS.Timeout;
  #asked: PoolClient | null = null;
  #isLate = false;

  constructor(databaseUrl: string, logger: Logger, answerTimeoutMs = answerTimeoutMsDefault) {
    this.#pool = new Pool({
      connectionString: databaseUrl,
      application_name: 'apigate-proxy',
      max: 1,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
    });
    this.#prepared = preparedOn(this.#pool);
    this.#pool.on('error', (error) => logger.warn({ err: error }, 'database_connection_lost'));
    // While a pool ends it no longer listens to its clients, and the server may still have something to say to them.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    this.#pool.on('acquire', (client) => {
      this.#asked = client;
      this.#isLate = false;
    });
    this.#pool.on('release', () => {
      this.#asked = null;
    });
    this.#clock = setInterval(() => {
      if (this.#isLate) void this.#asked?.end();
      this.#isLate = true;
    }, answerTimeoutMs).unref();
  }

  /** @throws Error when there is no answer in time, or none but an error. */
  query<Row extends object>(text: string, values: unknown[] = []): Promise<{ rows: Row[] }> {
    const db: Queryable = charsIn(values) > preparedCharsMax ? this.#pool : this.#prepared;
    return db.query<Row>(text, values);
  }

  async end(): Promise<void> {
    clearInterval(this.#clock);
    await this.#pool.end();
  }
}

function charsIn(values: readonly unknown[]): number {
  return values.reduce<number>((sum, of) => sum + (typeof of === 'string' ? of.length : 0), 0);
}
