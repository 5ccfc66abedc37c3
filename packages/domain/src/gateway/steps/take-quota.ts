import type { Limits } from '../limits.ts';
import type { QuotaLedger, QuotaVerdict } from '../quota-ledger.ts';
import type { QuotaPeriod } from '../quota-period.ts';
import { Refusal } from '../refusal.ts';

/** When the quota is asked, and what is answered when it is used up. */
export interface QuotaMoment {
  period: QuotaPeriod;
  nowMs: number;
  exceededStatus: number | undefined;
}

/** Takes the units that a request costs, or none. */
export function takeQuota(
  ledger: QuotaLedger,
  userId: string,
  { requestsPerMonth, enforcement }: Limits,
  units: number,
  { period, nowMs, exceededStatus = 402 }: QuotaMoment,
): QuotaVerdict | Refusal {
  const verdict = ledger.take(userId, period.start, units, requestsPerMonth, enforcement);
  if (verdict.allowed) return verdict;
  const retryAfterSeconds = Math.max(1, Math.ceil((period.endMs - nowMs) / 1000));
  const detail =
    `${verdict.used} of ${verdict.limit} units are used; the quota starts anew at ` +
    `${new Date(period.endMs).toISOString()}. A larger plan lifts it at once.`;
  return new Refusal('quota_exceeded', { detail, status: exceededStatus, retryAfterSeconds });
}
