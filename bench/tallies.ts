import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from './contestants/contestant.ts';

/** What was sent to a contestant, and what became of it. */
export interface Tally {
  /** Requests that were sent and answered with a 2xx. */
  sent: number;
  /** Requests that reached the upstream meanwhile. */
  hits: number;
  counted: number | null;
  recorded: number | null;
}

const lateMs = 2_000;
const pauseMs = 20;

/** Counts on both sides of every contestant, because who loses or invents a request is no yardstick. */
export class Tallies {
  readonly #hits: () => Promise<number>;
  readonly #sums = new Map<Contestant, { sent: number; hits: number }>();

  /** @param hits requests that the upstream has had so far */
  constructor(hits: () => Promise<number>) {
    this.#hits = hits;
  }

  /** Runs what sends requests to one contestant, and to no other. */
  async during<Result extends { sent: number }>(
    contestant: Contestant,
    send: () => Promise<Result>,
  ): Promise<Result> {
    const before = await this.#hits();
    const result = await send();
    const sum = this.#sums.get(contestant) ?? { sent: 0, hits: 0 };
    sum.sent += result.sent;
    sum.hits += await this.#hitsSince(before, result.sent);
    this.#sums.set(contestant, sum);
    await contestant.accounts?.look?.();
    return result;
  }

  /** What is still on its way gets a while to arrive, so that it is not put down to the next contestant. */
  async #hitsSince(before: number, expected: number): Promise<number> {
    const deadline = performance.now() + lateMs;
    for (;;) {
      const hits = (await this.#hits()) - before;
      if (hits >= expected || performance.now() > deadline) return hits;
      await sleep(pauseMs);
    }
  }

  async of(contestant: Contestant): Promise<Tally> {
    const { sent, hits } = this.#sums.get(contestant) ?? { sent: 0, hits: 0 };
    const { counted = null, recorded = null } = (await contestant.accounts?.read(sent)) ?? {};
    return { sent, hits, counted, recorded };
  }
}

/** Whether what went in came out everywhere. */
export function balances({ sent, hits, counted, recorded }: Tally): boolean {
  return [hits, counted, recorded].every((count) => count === null || count === sent);
}
