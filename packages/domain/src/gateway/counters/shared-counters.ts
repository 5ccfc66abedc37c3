import { bucketVerdict, tighterVerdict, wholeToken } from './bucket-verdict.ts';
import { identityWords, writeAccountIdentity, writeBucketIdentity } from './counter-identity.ts';
import { counterMemory, CounterTable } from './counter-table.ts';
import type {
  AccountDemand,
  BucketDemand,
  BucketVerdict,
  Counters,
  QuotaVerdict,
  TakeVerdict,
} from './counters.ts';
import { hasUnits } from './has-units.ts';
import { monotonicMs } from './monotonic-clock.ts';

/** A bucket's three numbers. */
const tokensAt = 0;
const refilledAt = 1;
const fullAt = 2;
/** An account's: as the database had it last; taken here and not yet there; all proxies together, as last heard. */
const storedAt = 0;
const unstoredAt = 1;
const togetherAt = 2;

const noRoom: TakeVerdict = { refusedBy: 'room', rate: null, quota: null };

/** A bucket as this process has it, for proxies that share. */
export interface BucketState {
  tokens: number;
  /** Taken from since all proxies were last asked. */
  isAhead: boolean;
}

export interface SharedCountersOptions {
  /** From `counterMemory`, the same for all threads. */
  memory?: SharedArrayBuffer;
  /** This thread's number, not 0: no other's, not even that of one that has died. */
  owner?: number;
  /** Whether the memory has outlived whoever took what is to be recovered, so that it is counted in there already. */
  knowsUnstored?: boolean;
  /** Milliseconds, the same in all threads, never going back. */
  clock?: () => number;
}

const countersMaxDefault = 65_536;

/**
 * The counters of a process, exact over all of its threads: each thread has one of these over the same memory. An
 * account counts the units that the database knows and those that are still on their way to it.
 */
export class SharedCounters implements Counters {
  readonly shared = null;
  readonly #table: CounterTable;
  readonly #knowsUnstored: boolean;
  readonly #clock: () => number;

  constructor({
    memory = counterMemory(countersMaxDefault),
    owner = 1,
    knowsUnstored = false,
    clock = monotonicMs,
  }: SharedCountersOptions = {}) {
    this.#table = new CounterTable(memory, owner);
    this.#knowsUnstored = knowsUnstored;
    this.#clock = clock;
  }

  take(buckets: readonly BucketDemand[], account: AccountDemand | null): TakeVerdict {
    return this.#decide(buckets, account, true);
  }

  peek(buckets: readonly BucketDemand[], account: AccountDemand | null): TakeVerdict {
    return this.#decide(buckets, account, false);
  }

  release(userId: string, periodStart: string, units: number): void {
    this.#withAccount(userId, periodStart, (numbers, entry) => {
      const unstored = numbers[entry + unstoredAt] ?? 0;
      numbers[entry + unstoredAt] = Math.max(0, unstored - units);
      const together = numbers[entry + togetherAt] ?? 0;
      numbers[entry + togetherAt] = Math.max(0, together - units);
    });
  }

  /** Nobody shares them but threads, which have the same memory. */
  tellReleased(): void {}

  open(userId: string, periodStart: string, storedUnits: number): void {
    this.#settle(userId, periodStart, 0, storedUnits, true);
  }

  /**
   * Adds units that an earlier process took and did not see stored. Should they be stored after all, they count twice
   * until they are settled: rather that than a hard limit that is passed.
   */
  recover(userId: string, periodStart: string, units: number): void {
    if (this.#knowsUnstored) return;
    this.#withAccount(userId, periodStart, (numbers, entry) => {
      const isNew = (numbers[entry + storedAt] ?? 0) + (numbers[entry + unstoredAt] ?? 0) === 0;
      numbers[entry + unstoredAt] = (numbers[entry + unstoredAt] ?? 0) + units;
      if (isNew) this.#table.words[this.#table.flagOf(0)] = 1;
    });
  }

  /**
   * What is used never falls by this, and is never less than what the database has. While units are on their way, the
   * database may have counted them already, so only what is more than both together is news from others.
   */
  settle(userId: string, periodStart: string, units: number, storedUnits: number): void {
    this.#settle(userId, periodStart, units, storedUnits, false);
  }

  used(userId: string, periodStart: string): number {
    const read = (_numbers: Float64Array, entry: number): number => this.#usedOf(entry);
    return this.#withAccount(userId, periodStart, read, false);
  }

  /** What the database has and what is on its way to it: never more than was used in all. */
  floorOf(userId: string, periodStart: string): number {
    const read = (numbers: Float64Array, entry: number): number =>
      entry === 0 ? 0 : (numbers[entry + storedAt] ?? 0) + (numbers[entry + unstoredAt] ?? 0);
    return this.#withAccount(userId, periodStart, read, false);
  }

  /** The buckets as this process has them. */
  statesOf(buckets: readonly BucketDemand[]): BucketState[] {
    const nowMs = this.#clock();
    this.#hold(buckets, null, false, nowMs);
    const states = buckets.map((demand, at) => ({
      tokens: this.#refill(at, demand, nowMs),
      isAhead: this.#table.entryOf(at) > 0 && this.#table.words[this.#table.flagOf(at)] === 1,
    }));
    this.#table.letGo();
    return states;
  }

  /**
   * Notes what all proxies together have decided: the tokens left in each bucket, and the units used, of which those of
   * this request are on their way to the database if it was allowed.
   */
  note(
    buckets: readonly BucketDemand[],
    tokens: readonly number[],
    account: AccountDemand | null,
    used: number,
    allowed: boolean,
  ): void {
    const nowMs = this.#clock();
    const table = this.#table;
    if (!this.#hold(buckets, account, true, nowMs)) return;
    for (let at = 0; at < buckets.length; at += 1) {
      const demand = buckets[at];
      if (demand === undefined) continue;
      const entry = table.entryOf(at);
      const left = tokens[at] ?? 0;
      table.numbers[entry + tokensAt] = left;
      table.numbers[entry + refilledAt] = nowMs;
      table.numbers[entry + fullAt] =
        nowMs + ((demand.capacity - left) * 60_000) / demand.perMinute;
      table.words[table.flagOf(at)] = 0;
    }
    if (account !== null) {
      const entry = table.entryOf(buckets.length);
      const unstored = table.numbers[entry + unstoredAt] ?? 0;
      if (allowed) table.numbers[entry + unstoredAt] = unstored + account.units;
      table.numbers[entry + togetherAt] = used;
    }
    table.letGo();
  }

  /** Frees what a thread held when it died. */
  freeLocksOf(owner: number): void {
    this.#table.freeLocksOf(owner);
  }

  #decide(
    buckets: readonly BucketDemand[],
    account: AccountDemand | null,
    takes: boolean,
  ): TakeVerdict {
    const nowMs = this.#clock();
    if (!this.#hold(buckets, account, takes, nowMs)) return noRoom;
    let hasTokens = true;
    for (let at = 0; at < buckets.length; at += 1) {
      if (this.#refill(at, buckets[at], nowMs) < wholeToken) hasTokens = false;
    }
    const entry = account === null ? 0 : this.#table.entryOf(buckets.length);
    const isCovered = account === null || hasUnits(account, this.#usedOf(entry));
    const allowed = takes && hasTokens && isCovered;
    const rate = this.#rate(buckets, nowMs, hasTokens, allowed ? 1 : 0);
    const quota = account === null ? null : this.#quota(account, entry, isCovered, allowed);
    this.#table.letGo();
    return { refusedBy: hasTokens ? (isCovered ? null : 'quota') : 'rate', rate, quota };
  }

  #hold(
    buckets: readonly BucketDemand[],
    account: AccountDemand | null,
    makes: boolean,
    nowMs: number,
  ): boolean {
    const table = this.#table;
    let count = 0;
    for (const { id } of buckets) {
      writeBucketIdentity(table.asked, count * identityWords, id);
      count += 1;
    }
    if (account !== null) {
      writeAccountIdentity(table.asked, count * identityWords, account.userId, account.periodStart);
      count += 1;
    }
    return table.hold(count, makes, nowMs);
  }

  #settle(
    userId: string,
    periodStart: string,
    units: number,
    storedUnits: number,
    isOpening: boolean,
  ): void {
    const { words } = this.#table;
    this.#withAccount(userId, periodStart, (numbers, entry) => {
      const stored = numbers[entry + storedAt] ?? 0;
      const unstored = numbers[entry + unstoredAt] ?? 0;
      const onTheWay = Math.max(0, unstored - units);
      const flag = this.#table.flagOf(0);
      // What an earlier process left unstored was not in the database when it was asked.
      const known = isOpening && words[flag] === 1 ? 0 : onTheWay;
      if (entry > 0) words[flag] = 0;
      numbers[entry + unstoredAt] = onTheWay;
      numbers[entry + storedAt] = Math.max(stored + unstored - onTheWay, storedUnits - known);
    });
  }

  /** The tokens in a bucket now, kept as they are now. */
  #refill(at: number, demand: BucketDemand | undefined, nowMs: number): number {
    const entry = this.#table.entryOf(at);
    if (demand === undefined || entry === 0) return demand?.capacity ?? 0;
    const { numbers } = this.#table;
    // Threads read the clock before they get the lock, so that it may be a little behind.
    const elapsedMs = Math.max(0, nowMs - (numbers[entry + refilledAt] ?? 0));
    const gained = (elapsedMs * demand.perMinute) / 60_000;
    const tokens = Math.min(demand.capacity, (numbers[entry + tokensAt] ?? 0) + gained);
    numbers[entry + tokensAt] = tokens;
    numbers[entry + refilledAt] = (numbers[entry + refilledAt] ?? 0) + elapsedMs;
    return tokens;
  }

  /** Takes of the buckets, which have been refilled, and tells of the tightest. */
  #rate(
    buckets: readonly BucketDemand[],
    nowMs: number,
    allowed: boolean,
    taken: 0 | 1,
  ): BucketVerdict | null {
    const { numbers, words } = this.#table;
    let tightest: BucketVerdict | null = null;
    for (let at = 0; at < buckets.length; at += 1) {
      const demand = buckets[at];
      if (demand === undefined) continue;
      const entry = this.#table.entryOf(at);
      const before = entry === 0 ? demand.capacity : (numbers[entry + tokensAt] ?? 0);
      const tokens = Math.max(0, before - taken);
      const verdict = bucketVerdict(demand, tokens, allowed);
      if (entry !== 0) {
        numbers[entry + tokensAt] = tokens;
        numbers[entry + fullAt] = nowMs + verdict.fullAfterMs;
        if (taken > 0) words[this.#table.flagOf(at)] = 1;
      }
      tightest = tighterVerdict(tightest, verdict);
    }
    return tightest;
  }

  #quota(account: AccountDemand, entry: number, allowed: boolean, takes: boolean): QuotaVerdict {
    const { numbers } = this.#table;
    const used = this.#usedOf(entry);
    if (!takes) return { allowed, limit: account.limit, used };
    numbers[entry + unstoredAt] = (numbers[entry + unstoredAt] ?? 0) + account.units;
    const together = numbers[entry + togetherAt] ?? 0;
    if (together > 0) numbers[entry + togetherAt] = together + account.units;
    return { allowed, limit: account.limit, used: used + account.units };
  }

  #usedOf(entry: number): number {
    if (entry === 0) return 0;
    const { numbers } = this.#table;
    const own = (numbers[entry + storedAt] ?? 0) + (numbers[entry + unstoredAt] ?? 0);
    return Math.max(own, numbers[entry + togetherAt] ?? 0);
  }

  #withAccount<Result>(
    userId: string,
    periodStart: string,
    act: (numbers: Float64Array, entry: number) => Result,
    makes = true,
  ): Result {
    const table = this.#table;
    writeAccountIdentity(table.asked, 0, userId, periodStart);
    const isHeld = table.hold(1, makes, this.#clock());
    try {
      // Where there was no room the account was never taken from; writing to nowhere changes nothing.
      return isHeld ? act(table.numbers, table.entryOf(0)) : act(new Float64Array(4), 0);
    } finally {
      if (isHeld) table.letGo();
    }
  }
}
