/** One bucket that a request must find a token in. */
export interface BucketDemand {
  /** Whose bucket: a user, key or route id, with a letter for which. */
  id: string;
  perMinute: number;
  /** Tokens when full. */
  capacity: number;
}

/** What the tightest of the demanded buckets says. Times in milliseconds. */
export interface BucketVerdict {
  allowed: boolean;
  /** Tokens left, whole ones. */
  remaining: number;
  perMinute: number;
  /** Until the next token; 0 when allowed. */
  retryAfterMs: number;
  /** Until the bucket is full again. */
  fullAfterMs: number;
}

/** A token less what adding up fractions may lose, so that waiting as long as we said is enough. */
const wholeToken = 1 - 1e-9;

interface Bucket {
  tokens: number;
  atMs: number;
  fullAtMs: number;
}

/**
 * Token buckets, refilled continuously. A request takes one token of every bucket that it demands or none at all; it
 * is decided in one step, so any number of parallel requests gets exactly the tokens there are.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  #sweepAtMs = 0;

  /** @param nowMs a clock that never goes back. @returns null when nothing was demanded. */
  take(demands: readonly BucketDemand[], nowMs: number): BucketVerdict | null {
    this.#sweep(nowMs);
    let allowed = true;
    for (const demand of demands) allowed = this.#isReady(demand, nowMs) && allowed;
    return this.#tightest(demands, nowMs, allowed, allowed ? 1 : 0);
  }

  /** What the buckets hold, with nothing taken. */
  peek(demands: readonly BucketDemand[], nowMs: number): BucketVerdict | null {
    return this.#tightest(demands, nowMs, true, 0);
  }

  #tightest(
    demands: readonly BucketDemand[],
    nowMs: number,
    allowed: boolean,
    taken: number,
  ): BucketVerdict | null {
    let tightest: BucketVerdict | null = null;
    for (const demand of demands) {
      const bucket = this.#refilled(demand, nowMs);
      bucket.tokens = Math.max(0, bucket.tokens - taken);
      const msPerToken = 60_000 / demand.perMinute;
      const fullAfterMs = (demand.capacity - bucket.tokens) * msPerToken;
      bucket.fullAtMs = nowMs + fullAfterMs;
      const verdict = {
        allowed,
        remaining: Math.floor(bucket.tokens + 1 - wholeToken),
        perMinute: demand.perMinute,
        retryAfterMs: !allowed && bucket.tokens < wholeToken ? (1 - bucket.tokens) * msPerToken : 0,
        fullAfterMs,
      };
      if (
        tightest === null ||
        verdict.retryAfterMs > tightest.retryAfterMs ||
        (verdict.retryAfterMs === tightest.retryAfterMs && verdict.remaining < tightest.remaining)
      ) {
        tightest = verdict;
      }
    }
    return tightest;
  }

  #isReady(demand: BucketDemand, nowMs: number): boolean {
    return this.#refilled(demand, nowMs).tokens >= wholeToken;
  }

  #refilled(demand: BucketDemand, nowMs: number): Bucket {
    let bucket = this.#buckets.get(demand.id);
    if (bucket === undefined) {
      bucket = { tokens: demand.capacity, atMs: nowMs, fullAtMs: nowMs };
      this.#buckets.set(demand.id, bucket);
    } else {
      const gained = ((nowMs - bucket.atMs) * demand.perMinute) / 60_000;
      bucket.tokens = Math.min(demand.capacity, bucket.tokens + gained);
      bucket.atMs = nowMs;
    }
    return bucket;
  }

  /** A full bucket is as good as none; once a minute those are let go. */
  #sweep(nowMs: number): void {
    if (nowMs < this.#sweepAtMs) return;
    this.#sweepAtMs = nowMs + 60_000;
    for (const [id, bucket] of this.#buckets) {
      if (bucket.fullAtMs <= nowMs) this.#buckets.delete(id);
    }
  }
}
