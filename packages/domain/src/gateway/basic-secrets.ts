import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { networkOf } from '../addresses/network-of.ts';
import type { PasswordHasher } from '../auth/password-hasher.ts';
import type { BasicCredential } from '../keys/basic-credential.ts';
import { plainAddress } from './checks.ts';
import type { KeyRecord } from './records.ts';
import { Refusal } from './refusal.ts';

const rememberedMs = 60_000;
const rememberedMax = 10_000;
const wrongMaxOfKeyId = 5;
/** More than of one key id, because several customers may come from one network. */
const wrongMaxOfNetwork = 20;
const refusedMinMs = 60_000;
const refusedMaxMs = 15 * 60_000;
const guessersMax = 10_000;

/** Wrong secrets from one place. */
interface Guesses {
  wrong: number;
  /** Being hashed; each may turn out wrong. */
  pending: number;
  refusedUntilMs: number;
  forgottenAtMs: number;
}

/** How much may be wrong from one place, and whether a right secret lifts it. */
interface Place {
  guesses: Guesses;
  wrongMax: number;
  isLifted: boolean;
}

/**
 * Checks the secrets of `basic` credentials. One that was right is remembered by a digest under a key of this process,
 * for a minute after each use, so that bcrypt is asked once and not at each request. Wrong ones are held back: the fifth
 * within a minute for one key id, and the twentieth for any, close the door to their network for a minute, then for two,
 * up to fifteen. A key id that does not exist is treated as one whose secret is wrong.
 */
export class BasicSecrets {
  readonly #hasher: Pick<PasswordHasher, 'verify'>;
  readonly #digestKey = createSecretKey(randomBytes(32));
  /** By digest of a right secret: until when it is remembered. */
  readonly #right = new Map<string, number>();
  readonly #checking = new Map<string, Promise<true | Refusal>>();
  readonly #guesses = new Map<string, Guesses>();

  constructor(hasher: Pick<PasswordHasher, 'verify'>) {
    this.#hasher = hasher;
  }

  /**
   * @param ip null where it is not known; then guesses at each key id are counted alone.
   * @param key the key that the key id names, null when there is none.
   * @returns at once for a secret that was right before, and where nothing is looked at because too much was wrong.
   */
  check(
    key: KeyRecord | null,
    { keyId, keySecret }: BasicCredential,
    ip: string | null,
    nowMs: number,
  ): true | Refusal | Promise<true | Refusal> {
    const hash = key?.secretHash ?? null;
    const digest = createHmac('sha256', this.#digestKey)
      .update(`${key?.id ?? ''}\n${hash ?? keyId}\n${keySecret}`)
      .digest('base64url');
    const untilMs = this.#right.get(digest);
    if (untilMs !== undefined && nowMs < untilMs) {
      this.#remember(digest, nowMs);
      return true;
    }
    const pending = this.#checking.get(digest);
    if (pending !== undefined) return pending;
    const network = ip === null ? '' : networkOf(plainAddress(ip));
    const places: Place[] = [
      {
        guesses: this.#guessesOf(`${keyId} ${network}`, nowMs),
        wrongMax: wrongMaxOfKeyId,
        isLifted: true,
      },
    ];
    if (ip !== null) {
      const guesses = this.#guessesOf(network, nowMs);
      // Not lifted by a right secret: a guesser may have one of their own.
      places.push({ guesses, wrongMax: wrongMaxOfNetwork, isLifted: false });
    }
    for (const { guesses, wrongMax } of places) {
      if (nowMs < guesses.refusedUntilMs) return tooManyWrong(guesses.refusedUntilMs - nowMs);
      // Those that are under way may all be wrong, and then this one would be one too many.
      if (guesses.pending >= Math.max(1, wrongMax - guesses.wrong)) return tooManyWrong(1_000);
    }
    const result = this.#hash(hash, keySecret, places).then((outcome) => {
      if (outcome === true) this.#remember(digest, Date.now());
      return outcome;
    });
    this.#checking.set(digest, result);
    void result.finally(() => this.#checking.delete(digest)).catch(() => undefined);
    return result;
  }

  async #hash(
    hash: string | null,
    keySecret: string,
    places: readonly Place[],
  ): Promise<true | Refusal> {
    for (const { guesses } of places) guesses.pending += 1;
    try {
      const isRight = await this.#hasher.verify(keySecret, hash);
      const nowMs = Date.now();
      for (const { guesses, wrongMax, isLifted } of places) {
        if (!isRight) noteWrong(guesses, wrongMax, nowMs);
        else if (isLifted) guesses.wrong = 0;
      }
      return isRight || new Refusal('invalid_api_key');
    } catch {
      return new Refusal('overloaded');
    } finally {
      for (const { guesses } of places) guesses.pending -= 1;
    }
  }

  #remember(digest: string, nowMs: number): void {
    this.#right.delete(digest);
    this.#right.set(digest, nowMs + rememberedMs);
    const [oldest] = this.#right.keys();
    if (this.#right.size > rememberedMax && oldest !== undefined) this.#right.delete(oldest);
  }

  #guessesOf(name: string, nowMs: number): Guesses {
    const known = this.#guesses.get(name);
    const isGood = known !== undefined && (known.pending > 0 || nowMs < known.forgottenAtMs);
    const guesses = isGood
      ? known
      : { wrong: 0, pending: 0, refusedUntilMs: 0, forgottenAtMs: nowMs + refusedMinMs };
    this.#guesses.delete(name);
    this.#guesses.set(name, guesses);
    const [oldest] = this.#guesses.keys();
    if (this.#guesses.size > guessersMax && oldest !== undefined) this.#guesses.delete(oldest);
    return guesses;
  }
}

function noteWrong(guesses: Guesses, wrongMax: number, nowMs: number): void {
  guesses.wrong += 1;
  guesses.forgottenAtMs = nowMs + refusedMinMs;
  const over = guesses.wrong - wrongMax;
  if (over < 0) return;
  const refusedMs = Math.min(refusedMinMs * 2 ** over, refusedMaxMs);
  guesses.refusedUntilMs = nowMs + refusedMs;
  guesses.forgottenAtMs = guesses.refusedUntilMs + refusedMaxMs;
}

function tooManyWrong(waitMs: number): Refusal {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  const detail = `Too many wrong secrets came from this network. Try again in ${retryAfterSeconds} s.`;
  return new Refusal('rate_limited', { detail, retryAfterSeconds });
}
