import type { RouteRecord } from '../records.ts';
import { Refusal } from '../refusal.ts';
import type { BucketDemand, BucketVerdict, TokenBuckets } from '../token-buckets.ts';

/**
 * The buckets that a request must find a token in. A route's own limit holds for each of its callers, so that none of
 * them can use it up for the others.
 *
 * @param callerId user id, or the address of an anonymous client.
 */
export function demandsOn(
  route: Pick<RouteRecord, 'id' | 'rateLimitPerMinute'>,
  ofCaller: readonly BucketDemand[],
  callerId: string,
): readonly BucketDemand[] {
  const perMinute = route.rateLimitPerMinute;
  if (perMinute === null) return ofCaller;
  return [...ofCaller, { id: `r:${route.id}:${callerId}`, perMinute, capacity: perMinute }];
}

/**
 * Takes one token of each bucket, or none.
 *
 * @param monotonicMs a clock that never goes back.
 * @returns null when nothing limits the request.
 */
export function takeToken(
  buckets: TokenBuckets,
  demands: readonly BucketDemand[],
  monotonicMs: number,
): BucketVerdict | Refusal | null {
  if (demands.length === 0) return null;
  const verdict = buckets.take(demands, monotonicMs);
  if (verdict === null || verdict.allowed) return verdict;
  const retryAfterSeconds = Math.max(1, Math.ceil(verdict.retryAfterMs / 1000));
  const detail = `More than ${verdict.perMinute} requests a minute. Try again in ${retryAfterSeconds} s.`;
  return new Refusal('rate_limited', { detail, retryAfterSeconds });
}
