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
  /** False when a part broke off, and nobody knows how much it had sent. */
  isWhole: boolean;
}

const lateMs = 2_000;
const pauseMs = 20;

/** Counts on both sides of every contestant, because who loses or invents a request is no yardstick. */
export class Tallies {
  readonly #hits: () => Promise<number>;
  readonly #sums = new Map<Contestant, Pick<Tally, 'sent' | 'hits' | 'isWhole'>>();

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
    const sum = this.#sums.get(contestant) ?? { sent: 0, hits: 0, isWhole: true };
    this.#sums.set(contestant, sum);
    const result = await send().catch((error: unknown) => {
      sum.isWhole = false;
      throw error;
    });
    sum.sent += result.sent;
    sum.hits += await this.#hitsSince(before, result.sent);
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
    const sum = this.#sums.get(contestant) ?? { sent: 0, hits: 0, isWhole: true };
    const { counted = null, recorded = null } = (await contestant.accounts?.read(sum.sent)) ?? {};
    return { ...sum, counted, recorded };
  }
}

/** Whether what went in came out everywhere, as far as it is known what went in. */
export function balances({ sent, hits, counted, recorded, isWhole }: Tally): boolean {
  return !isWhole || [hits, counted, recorded].every((count) => count === null || count === sent);
}
