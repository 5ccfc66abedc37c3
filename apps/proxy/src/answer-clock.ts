import type { Pool, PoolClient } from 'pg';

/** How long an answer may take at least; none takes twice as long. */
const answerTimeoutMsDefault = 15_000;

/** A connection of a pool. */
interface Watched {
  readonly client: PoolClient;
  isAsked: boolean;
  /** Whether it was asked already when the clock last struck. */
  isLate: boolean;
}

/**
 * Ends connections of a pool on which an answer does not come in time; who waits for it gets an error. One clock runs for
 * all answers: where each has a timer of its own, as with the `query_timeout` of `pg`, what was asked outlives its
 * answer, and the collections of garbage that follow hold up requests.
 */
export class AnswerClock {
  readonly #clock: NodeJS.Timeout;
  #watched: Watched[] = [];

  constructor(pool: Pool, answerTimeoutMs = answerTimeoutMsDefault) {
    pool.on('connect', (client) => {
      this.#watched.push({ client, isAsked: false, isLate: false });
    });
    pool.on('acquire', (client) => this.#note(client, true));
    pool.on('release', (_error, client) => this.#note(client, false));
    pool.on('remove', (client) => {
      this.#watched = this.#watched.filter((watched) => watched.client !== client);
    });
    this.#clock = setInterval(() => this.#strike(), answerTimeoutMs).unref();
  }

  stop(): void {
    clearInterval(this.#clock);
  }

  #note(client: PoolClient, isAsked: boolean): void {
    for (const watched of this.#watched) {
      if (watched.client !== client) continue;
      watched.isAsked = isAsked;
      watched.isLate = false;
    }
  }

  #strike(): void {
    for (const watched of this.#watched) {
      if (watched.isLate) void watched.client.end();
      watched.isLate = watched.isAsked;
    }
  }
}
