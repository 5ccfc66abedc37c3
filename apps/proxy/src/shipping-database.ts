import type { Queryable } from '@apigate/domain/gateway';
import { Pool } from 'pg';
import { AnswerClock } from './answer-clock.ts';
import type { Logger } from './logger.ts';
import { preparedOn } from './prepared-on.ts';

const connectTimeoutMs = 2_000;
/** Of a batch of one to two hundred records. Up to here to plan a statement anew takes longer than a plan made for it would save. */
const preparedBytesMax = 64 * 1024;

/** A connection to the database for one who asks one thing after the other; it is made anew when it breaks. */
export class ShippingDatabase implements Queryable {
  readonly #pool: Pool;
  readonly #prepared: Queryable;
  readonly #clock: AnswerClock;

  constructor(databaseUrl: string, logger: Logger, answerTimeoutMs?: number) {
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
    this.#clock = new AnswerClock(this.#pool, answerTimeoutMs);
  }

  /** @throws Error when there is no answer in time, or none but an error. */
  query<Row extends object>(text: string, values: unknown[] = []): Promise<{ rows: Row[] }> {
    const db: Queryable = bytesIn(values) > preparedBytesMax ? this.#pool : this.#prepared;
    return db.query<Row>(text, values);
  }

  async end(): Promise<void> {
    await this.#pool.end();
    this.#clock.stop();
  }
}

/** Of texts as if each character were one. */
function bytesIn(values: readonly unknown[]): number {
  return values.reduce<number>(
    (sum, of) => sum + (typeof of === 'string' || Buffer.isBuffer(of) ? of.length : 0),
    0,
  );
}
