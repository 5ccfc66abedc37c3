import type { AccountDemand, BucketDemand, TakeVerdict } from '../counters/counters.ts';
import type { Limits } from '../limits.ts';
import type { QuotaPeriod } from '../quota-period.ts';
import type { RouteRecord } from '../records.ts';
import { Refusal } from '../refusal.ts';

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

/** What a request that costs `units` asks of the account of its user. */
export function accountOf(
  userId: string,
  { requestsPerMonth, enforcement }: Limits,
  units: number,
  period: QuotaPeriod,
): AccountDemand {
  return { userId, periodStart: period.start, units, limit: requestsPerMonth, enforcement };
}

/** When the limits were asked, and what is answered when a quota is used up. */
export interface TakeMoment {
  nowMs: number;
  /** Null where there is no account. */
  period: QuotaPeriod | null;
  exceededStatus: number | undefined;
}

/** What is answered to a request from which nothing was taken; null when it was let through. */
export function refusalOfTake(
  { refusedBy, rate, quota }: TakeVerdict,
  { nowMs, period, exceededStatus = 402 }: TakeMoment,
): Refusal | null {
  if (refusedBy === null) return null;
  if (refusedBy === 'rate' && rate !== null) {
    const retryAfterSeconds = Math.max(1, Math.ceil(rate.retryAfterMs / 1000));
    const detail = `More than ${rate.perMinute} requests a minute. Try again in ${retryAfterSeconds} s.`;
    return new Refusal('rate_limited', { detail, retryAfterSeconds });
  }
  if (refusedBy === 'quota' && quota !== null && period !== null) {
    const retryAfterSeconds = Math.max(1, Math.ceil((period.endMs - nowMs) / 1000));
    const detail =
      `${quota.used} of ${quota.limit} units are used; the quota starts anew at ` +
      `${new Date(period.endMs).toISOString()}. A larger plan lifts it at once.`;
    return new Refusal('quota_exceeded', { detail, status: exceededStatus, retryAfterSeconds });
  }
  return new Refusal('overloaded');
}
