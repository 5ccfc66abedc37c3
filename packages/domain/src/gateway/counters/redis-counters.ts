import type { GatewayLogger } from '../gateway-logger.ts';
import { bucketVerdict, tighterVerdict } from './bucket-verdict.ts';
import type {
  AccountDemand,
  BucketDemand,
  BucketVerdict,
  Counters,
  SharedState,
  TakeVerdict,
} from './counters.ts';
import { hasUnits } from './has-units.ts';
import { RedisLink } from './redis-link.ts';
import type { SharedCounters } from './shared-counters.ts';
import { releaseScript, takeScript } from './take-script.ts';

const timeoutMsDefault = 100;
/** Accounts that wait for Redis to hear of units that were given back. */
const releasesMax = 100_000;
/** An account outlives its period, for requests that began in it. */
const accountLifeMs = 40 * 24 * 60 * 60_000;
const refusals = [null, 'rate', 'quota'] as const;

export interface RedisCountersOptions {
  url: string;
  /** The counters of this process, which decide while Redis is away and know what this process has taken. */
  local: SharedCounters;
  logger: GatewayLogger;
  timeoutMs?: number;
}

/**
 * Counters that several proxies share: one atomic script for each decision. While Redis is away, every process decides
 * by its own, from where all of them last were; when it is back, an account is at least what the database and this
 * process know, and a bucket at most what this process has left in it.
 */
export class RedisCounters implements Counters {
  readonly #local: SharedCounters;
  readonly #link: RedisLink;
  /** Units given back while Redis could not be told, by account. */
  readonly #releases = new Map<string, number>();

  constructor({ url, local, logger, timeoutMs = timeoutMsDefault }: RedisCountersOptions) {
    this.#local = local;
    this.#link = new RedisLink({ url, timeoutMs, scripts: [takeScript, releaseScript], logger });
  }

  get shared(): SharedState {
    return this.#link.isUp ? 'up' : 'down';
  }

  /** Settles when Redis was found, or was not at the first try. */
  start(): Promise<void> {
    return this.#link.start();
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  take(
    buckets: readonly BucketDemand[],
    account: AccountDemand | null,
  ): TakeVerdict | Promise<TakeVerdict> {
    const isLimited = buckets.length > 0 || (account !== null && account.limit !== null);
    if (!isLimited || !this.#link.isUp) return this.#local.take(buckets, account);
    return this.#take(buckets, account);
  }

  peek(buckets: readonly BucketDemand[], account: AccountDemand | null): TakeVerdict {
    return this.#local.peek(buckets, account);
  }

  release(userId: string, periodStart: string, units: number): void {
    this.#local.release(userId, periodStart, units);
    this.tellReleased(userId, periodStart, units);
  }

  tellReleased(userId: string, periodStart: string, units: number): void {
    if (units > 0) this.#release(accountKey(userId, periodStart), units);
  }

  open(userId: string, periodStart: string, storedUnits: number): void {
    this.#local.open(userId, periodStart, storedUnits);
  }

  recover(userId: string, periodStart: string, units: number): void {
    this.#local.recover(userId, periodStart, units);
  }

  settle(userId: string, periodStart: string, units: number, storedUnits: number): void {
    this.#local.settle(userId, periodStart, units, storedUnits);
  }

  used(userId: string, periodStart: string): number {
    return this.#local.used(userId, periodStart);
  }

  async #take(
    buckets: readonly BucketDemand[],
    account: AccountDemand | null,
  ): Promise<TakeVerdict> {
    this.#tellReleases();
    const keys = buckets.map(({ id }) => `apigate:bucket:${id}`);
    const args = [String(buckets.length)];
    const states = this.#local.statesOf(buckets);
    buckets.forEach(({ perMinute, capacity }, at) => {
      const { tokens = capacity, isAhead = false } = states[at] ?? {};
      args.push(String(perMinute), String(capacity), String(tokens), isAhead ? '1' : '0');
    });
    if (account !== null) {
      const { userId, periodStart, units, limit, enforcement } = account;
      keys.push(accountKey(userId, periodStart));
      const hardLimit = enforcement === 'hard' ? (limit ?? -1) : -1;
      const floor = this.#local.floorOf(userId, periodStart);
      const goesAtMs = Date.parse(periodStart) + accountLifeMs;
      args.push(String(units), String(hardLimit), String(floor), String(goesAtMs));
    }
    const reply = await this.#link.call(takeScript, keys, args);
    if (reply === null) return this.#local.take(buckets, account);
    const [refused, ...numbers] = reply.map(Number);
    const refusedBy = refusals[refused ?? 0] ?? null;
    const used = numbers[buckets.length] ?? 0;
    this.#local.note(buckets, numbers, account, used, refusedBy === null);
    if (account === null)
      return { refusedBy, rate: rateOf(buckets, numbers, refusedBy), quota: null };
    const allowed = refusedBy === null || hasUnits(account, used);
    const quota = { allowed, limit: account.limit, used };
    return { refusedBy, rate: rateOf(buckets, numbers, refusedBy), quota };
  }

  #release(key: string, units: number): void {
    if (!this.#link.isUp) return this.#keepRelease(key, units);
    void this.#link.call(releaseScript, [key], [String(units)]).then((reply) => {
      if (reply === null) this.#keepRelease(key, units);
    });
  }

  #keepRelease(key: string, units: number): void {
    if (this.#releases.size >= releasesMax && !this.#releases.has(key)) return;
    this.#releases.set(key, (this.#releases.get(key) ?? 0) + units);
  }

  #tellReleases(): void {
    if (this.#releases.size === 0) return;
    const releases = [...this.#releases];
    this.#releases.clear();
    for (const [key, units] of releases) this.#release(key, units);
  }
}

function accountKey(userId: string, periodStart: string): string {
  return `apigate:account:${userId}:${periodStart}`;
}

function rateOf(
  buckets: readonly BucketDemand[],
  tokens: readonly number[],
  refusedBy: TakeVerdict['refusedBy'],
): BucketVerdict | null {
  let tightest: BucketVerdict | null = null;
  buckets.forEach((demand, at) => {
    tightest = tighterVerdict(
      tightest,
      bucketVerdict(demand, tokens[at] ?? 0, refusedBy !== 'rate'),
    );
  });
  return tightest;
}
