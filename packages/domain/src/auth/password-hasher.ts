import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import bcrypt from 'bcrypt';
import { DomainError } from '../errors.ts';

const runningMax = 2;
const waitingMaxDefault = 40;
const timesKept = 32;

/**
 * Hashes and checks passwords: bcrypt over a base64 SHA-384 HMAC, so that nothing past bcrypt's 72 bytes is ignored.
 * At most two hashes run at once and forty wait, unless told; who comes then is told to try again, and nothing else slows down.
 */
export class PasswordHasher {
  readonly #cost: number;
  readonly #pepper: Buffer;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  /** What the last checks took once it was their turn, milliseconds. */
  readonly #checks: number[] = [];
  /** What the last failed sign-ins took beside the check and the wait for it, milliseconds. */
  readonly #rests: number[] = [];
  #running = 0;
  #decoy: Promise<string> | undefined;

  constructor(options: { cost: number; pepper: Buffer; waitingMax?: number }) {
    this.#cost = options.cost;
    this.#pepper = options.pepper;
    this.#waitingMax = options.waitingMax ?? waitingMaxDefault;
  }

  /** How many hashes are made now, and how many wait for their turn. */
  get load(): { running: number; waiting: number } {
    return { running: this.#running, waiting: this.#waiting.length };
  }

  /** @throws DomainError overloaded */
  async hash(password: string): Promise<string> {
    return this.#inTurn(() => bcrypt.hash(this.#prepared(password), this.#cost));
  }

  /**
   * Whether `password` is the one that was hashed. Takes as long for a null hash (no such account, no password set)
   * as for a real one, and is then false.
   *
   * @param first true for those who go before all who wait, however many these are.
   * @throws DomainError overloaded
   */
  async verify(password: string, hash: string | null, first = false): Promise<boolean> {
    this.#decoy ??= bcrypt.hash(this.#prepared('decoy'), this.#cost);
    const against = hash ?? (await this.#decoy);
    const same = await this.#inTurn(async () => {
      const startedAt = performance.now();
      const isSame = await bcrypt.compare(this.#prepared(password), against);
      keep(this.#checks, performance.now() - startedAt);
      return isSame;
    }, first);
    return same && hash !== null;
  }

  /** Refuses whom {@link verify} would, before anything is asked of the database. @throws DomainError overloaded */
  refuseWhenFull(): void {
    if (this.#isFull()) throw overloaded();
  }

  /** Remembers what a sign-in that failed after a check took beside the check and the wait for it. */
  noteRest(ms: number): void {
    keep(this.#rests, ms);
  }

  /**
   * Waits until a sign-in that began at `startedAt` has taken as long as one that fails after a check would take now:
   * for answers that must not tell that no check was made. Where the check would be refused, this is too.
   *
   * @throws DomainError overloaded
   */
  async pretend(startedAt: number): Promise<void> {
    this.refuseWhenFull();
    const turns = this.#running < runningMax ? 1 : 1 + (this.#waiting.length + 1) / runningMax;
    const usual = median(this.#checks) * turns + median(this.#rests);
    await delay(Math.max(0, startedAt + usual - performance.now()));
  }

  /** Whether a hash was made with less cost than is asked for now. */
  isWeaker(hash: string): boolean {
    return bcrypt.getRounds(hash) < this.#cost;
  }

  #isFull(): boolean {
    return this.#running >= runningMax && this.#waiting.length >= this.#waitingMax;
  }

  #prepared(password: string): string {
    return createHmac('sha384', this.#pepper).update(password.normalize('NFKC')).digest('base64');
  }

  async #inTurn<T>(work: () => Promise<T>, first = false): Promise<T> {
    if (this.#running >= runningMax) {
      if (!first && this.#isFull()) throw overloaded();
      // Whoever finishes hands its place on, so the count stays as it is.
      await new Promise<void>((resolve) => {
        if (first) this.#waiting.unshift(resolve);
        else this.#waiting.push(resolve);
      });
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

function overloaded(): DomainError {
  return new DomainError('overloaded', 'Too many sign-ins at once. Try again in a moment.');
}

function keep(times: number[], ms: number): void {
  times.push(ms);
  if (times.length > timesKept) times.shift();
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
