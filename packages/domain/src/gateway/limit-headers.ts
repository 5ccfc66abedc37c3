import type { QuotaPeriod } from './quota-period.ts';
import type { BucketVerdict, QuotaVerdict } from './counters/counters.ts';

/**
 * What a client is told of its limits, a line for each field with its end. Unlimited is told by leaving out what would
 * have to name a limit. `RateLimit` and `RateLimit-Policy` follow draft-ietf-httpapi-ratelimit-headers-11: q and w are
 * the policy's quota and window in seconds, r and t what remains and the seconds until all of it is back.
 */
export function limitLines(
  rate: BucketVerdict | null,
  quota: QuotaVerdict,
  period: QuotaPeriod,
  nowMs: number,
): string {
  const isOfRate = rate !== null;
  const isOfQuota = quota.limit !== null;
  let lines = '';
  let policy = '';
  let state = '';
  if (isOfRate) {
    const limit = `${rate.perMinute}`;
    const remaining = `${rate.remaining}`;
    const reset = Math.ceil((nowMs + rate.fullAfterMs) / 1000);
    lines = `X-RateLimit-Limit: ${limit}\r\nX-RateLimit-Remaining: ${remaining}\r\nX-RateLimit-Reset: ${reset}\r\n`;
    policy = `"minute";q=${limit};w=60`;
    state = `"minute";r=${remaining};t=${Math.ceil(rate.fullAfterMs / 1000)}`;
  }
  if (quota.limit !== null) {
    const limit = `${quota.limit}`;
    const remaining = `${Math.max(0, quota.limit - quota.used)}`;
    const separator = isOfRate ? ', ' : '';
    lines += `X-Quota-Limit: ${limit}\r\nX-Quota-Remaining: ${remaining}\r\n`;
    policy += `${separator}"period";q=${limit};w=${(period.endMs - period.startMs) / 1000}`;
    state += `${separator}"period";r=${remaining};t=${Math.ceil((period.endMs - nowMs) / 1000)}`;
  }
  const own = `${lines}X-Quota-Used: ${quota.used}\r\nX-Quota-Reset: ${period.endMs / 1000}\r\n`;
  if (!isOfRate && !isOfQuota) return own;
  return `${own}RateLimit-Policy: ${policy}\r\nRateLimit: ${state}\r\n`;
}

/** The same as a flat list of names and values. */
export function limitHeaders(...of: Parameters<typeof limitLines>): string[] {
  return limitLines(...of)
    .split(/: |\r\n/)
    .slice(0, -1);
}
