import type { BucketDemand, BucketVerdict } from './counters.ts';

/** A token less what adding up fractions may lose, so that waiting as long as we said is enough. */
export const wholeToken = 1 - 1e-9;

/** What a bucket with `tokens` left says, after the request took its own. */
export function bucketVerdict(
  demand: BucketDemand,
  tokens: number,
  allowed: boolean,
): BucketVerdict {
  const msPerToken = 60_000 / demand.perMinute;
  return {
    allowed,
    remaining: Math.floor(tokens + 1 - wholeToken),
    perMinute: demand.perMinute,
    retryAfterMs: !allowed && tokens < wholeToken ? (1 - tokens) * msPerToken : 0,
    fullAfterMs: (demand.capacity - tokens) * msPerToken,
  };
}

/** The one of two verdicts that a client has to go by. */
export function tighterVerdict(a: BucketVerdict | null, b: BucketVerdict): BucketVerdict {
  if (a === null || b.retryAfterMs > a.retryAfterMs) return b;
  return b.retryAfterMs === a.retryAfterMs && b.remaining < a.remaining ? b : a;
}
