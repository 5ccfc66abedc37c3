import { createHmac } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { networkOf } from '../addresses/network-of.ts';
import type { DomainContext } from '../context.ts';
import { countInHour } from './count-in-hour.ts';
import { SignInGuard } from './sign-in-guard.ts';

const freeFailures = 5;
const delayMaxSeconds = 900;
// Half of the 100 an hour that may be reached, because two of the hours that are counted can meet within one.
const guessesPerHourMax = 50;

/** Whose secret is guessed at, and from where. */
export interface Guess {
  /** The address that was typed, whether there is such an account or not, or another name of what is guarded. */
  account: string;
  /** Id of a device that this account signed in from before; null for strangers. */
  deviceId: string | null;
  ip: string;
}

/**
 * Holds guessing back. From the fifth failure of an account from one network the delay doubles, up to 15 minutes; all
 * strangers together get 50 guesses an account and hour. A device that the account signed in from before is counted by
 * itself, so no stranger can lock its owner out. Unknown accounts are counted like known ones.
 */
export class GuessGuard {
  readonly #ctx: DomainContext;
  readonly #em: EntityManager;
  readonly #account: string;
  readonly #source: string;
  readonly #isKnown: boolean;

  constructor(ctx: DomainContext, guess: Guess) {
    this.#ctx = ctx;
    this.#em = ctx.em.fork();
    const digest = (text: string) =>
      createHmac('sha256', ctx.secrets.keyPepper).update(`guard:${text}`).digest('base64url');
    this.#account = digest(guess.account.toLowerCase());
    this.#isKnown = guess.deviceId !== null;
    this.#source = digest(guess.deviceId ?? networkOf(guess.ip));
  }

  /** Asks for one guess and counts it. False means that it must not be looked at. */
  async admit(): Promise<boolean> {
    const { now } = this.#ctx;
    const own = await this.#em.findOne(SignInGuard, {
      account: this.#account,
      source: this.#source,
    });
    if (own?.blockedUntil != null && own.blockedUntil > now) return false;
    if (this.#isKnown) return true;
    return (await countInHour(this.#em, this.#account, now)) <= guessesPerHourMax;
  }

  /** Counts a failure. */
  async failed(): Promise<void> {
    const { now } = this.#ctx;
    await this.#em.execute(
      `insert into sign_in_guards as g (account, source, failures, blocked_until, window_started_at, window_guesses)
       values (?, ?, 1, null, ?, 0)
       on conflict (account, source) do update set
         failures = g.failures + 1,
         blocked_until = case when g.failures + 1 >= ${freeFailures}
           then ?::timestamptz + make_interval(secs => least(${delayMaxSeconds}, power(2, least(20, g.failures + 1 - ${freeFailures})))) end`,
      [this.#account, this.#source, now, now],
    );
  }

  /** Forgets the failures from here. */
  async succeeded(): Promise<void> {
    await this.#em.nativeDelete(SignInGuard, { account: this.#account, source: this.#source });
  }

  /** Forgets every failure of the account, from anywhere: its owner was proven another way. */
  async lift(): Promise<void> {
    await this.#em.nativeDelete(SignInGuard, { account: this.#account });
  }
}
