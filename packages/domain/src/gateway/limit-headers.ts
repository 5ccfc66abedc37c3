import { inOnePiece } from './in-one-piece.ts';
import type { QuotaPeriod } from './quota-period.ts';
import type { BucketVerdict, QuotaVerdict } from './counters/counters.ts';
import { textOfCount } from './text-of-count.ts';

/** What is the same for every request that is bound by the same limits in the same period. */
interface Wording {
  readonly rate: string;
  readonly quota: string;
  /** What comes behind the units that are used. */
  readonly rest: string;
}

const wordings = new Map<number | null, Map<number | null, Wording>>();
const wordingsMax = 1_000;
let wordingsCount = 0;
/** The end of the period that they are for. */
let wordedToMs = 0;

function wordingOf(
  perMinute: number | null,
  quotaLimit: number | null,
  period: QuotaPeriod,
): Wording {
  const known = wordings.get(perMinute)?.get(quotaLimit);
  if (known !== undefined && wordedToMs === period.endMs) return known;
  if (wordedToMs !== period.endMs || wordingsCount >= wordingsMax) {
    wordings.clear();
    wordingsCount = 0;
    wordedToMs = period.endMs;
  }
  const made = madeWording(perMinute, quotaLimit, period);
  const ofRate = wordings.get(perMinute);
  if (ofRate === undefined) wordings.set(perMinute, new Map([[quotaLimit, made]]));
  else ofRate.set(quotaLimit, made);
  wordingsCount += 1;
  return made;
}

function madeWording(
  perMinute: number | null,
  quotaLimit: number | null,
  { startMs, endMs }: QuotaPeriod,
): Wording {
  const policies: string[] = [];
  if (perMinute !== null) policies.push(`"minute";q=${perMinute};w=60`);
  if (quotaLimit !== null) {
    policies.push(`"period";q=${quotaLimit};w=${(endMs - startMs) / 1000}`);
  }
  const reset = `\r\nX-Quota-Reset: ${endMs / 1000}\r\n`;
  const policy = `RateLimit-Policy: ${policies.join(', ')}\r\nRateLimit: `;
  return {
    rate: inOnePiece(`X-RateLimit-Limit: ${perMinute}\r\nX-RateLimit-Remaining: `),
    quota: inOnePiece(`X-Quota-Limit: ${quotaLimit}\r\nX-Quota-Remaining: `),
    rest: inOnePiece(policies.length === 0 ? reset : reset + policy),
  };
}

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
  const wording = wordingOf(rate === null ? null : rate.perMinute, quota.limit, period);
  let lines = '';
  let state = '';
  if (rate !== null) {
    const remaining = textOfCount(rate.remaining);
    const reset = Math.ceil((nowMs + rate.fullAfterMs) / 1000);
    lines = `${wording.rate}${remaining}\r\nX-RateLimit-Reset: ${reset}\r\n`;
    state = `"minute";r=${remaining};t=${Math.ceil(rate.fullAfterMs / 1000)}`;
  }
  if (quota.limit !== null) {
    const remaining = textOfCount(Math.max(0, quota.limit - quota.used));
    const reset = Math.ceil((period.endMs - nowMs) / 1000);
    lines += `${wording.quota}${remaining}\r\n`;
    state += `${rate === null ? '' : ', '}"period";r=${remaining};t=${reset}`;
  }
  const own = `${lines}X-Quota-Used: ${textOfCount(quota.used)}${wording.rest}`;
  return state === '' ? own : `${own}${state}\r\n`;
}

/** The same as a flat list of names and values. */
export function limitHeaders(...of: Parameters<typeof limitLines>): string[] {
  return limitLines(...of)
    .split(/: |\r\n/)
    .slice(0, -1);
}
