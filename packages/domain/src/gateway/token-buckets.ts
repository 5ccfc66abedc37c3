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
    let tightest: BucketVerdict | null = null;
    let allowed = true;
    const buckets = demands.map((demand) => this.#refilled(demand, nowMs));
    for (const bucket of buckets) allowed &&= bucket.tokens >= 1;
    for (const [at, demand] of demands.entries()) {
      const bucket = buckets[at];
      if (bucket === undefined) continue;
      const lacks = bucket.tokens < 1;
      const msPerToken = 60_000 / demand.perMinute;
      if (allowed) bucket.tokens -= 1;
      const fullAfterMs = (demand.capacity - bucket.tokens) * msPerToken;
      bucket.fullAtMs = nowMs + fullAfterMs;
      const verdict = {
        allowed,
        remaining: Math.floor(bucket.tokens),
        perMinute: demand.perMinute,
        retryAfterMs: lacks ? (1 - bucket.tokens) * msPerToken : 0,
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
