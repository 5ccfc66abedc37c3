import type { QuotaPeriod } from './quota-period.ts';
import type { BucketVerdict, QuotaVerdict } from './counters/counters.ts';

/**
 * What a client is told of its limits, as a flat list of names and values. Unlimited is told by leaving out what would
 * have to name a limit. `RateLimit` and `RateLimit-Policy` follow draft-ietf-httpapi-ratelimit-headers-11: q and w are
 * the policy's quota and window in seconds, r and t what remains and the seconds until all of it is back.
 */
export function limitHeaders(
  rate: BucketVerdict | null,
  quota: QuotaVerdict,
  period: QuotaPeriod,
  nowMs: number,
): string[] {
  const headers: string[] = [];
  let policy = '';
  let state = '';
  if (rate !== null) {
    const limit = String(rate.perMinute);
    const remaining = String(rate.remaining);
    const reset = String(Math.ceil((nowMs + rate.fullAfterMs) / 1000));
    headers.push('X-RateLimit-Limit', limit, 'X-RateLimit-Remaining', remaining);
    headers.push('X-RateLimit-Reset', reset);
    policy = `"minute";q=${limit};w=60`;
    state = `"minute";r=${remaining};t=${Math.ceil(rate.fullAfterMs / 1000)}`;
  }
  if (quota.limit !== null) {
    const remaining = Math.max(0, quota.limit - quota.used);
    headers.push('X-Quota-Limit', String(quota.limit), 'X-Quota-Remaining', String(remaining));
    const separator = rate === null ? '' : ', ';
    policy += `${separator}"period";q=${quota.limit};w=${(period.endMs - period.startMs) / 1000}`;
    state += `${separator}"period";r=${remaining};t=${Math.ceil((period.endMs - nowMs) / 1000)}`;
  }
  headers.push('X-Quota-Used', String(quota.used), 'X-Quota-Reset', String(period.endMs / 1000));
  if (policy !== '') headers.push('RateLimit-Policy', policy, 'RateLimit', state);
  return headers;
}
