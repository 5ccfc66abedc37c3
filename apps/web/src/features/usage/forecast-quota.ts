import type { Quota } from '@apigate/contract';

export interface QuotaForecast {
  /** Of the limit, at the end of the period. */
  percent: number;
  /** When the limit is reached, if that is before the end. */
  fullAt: Date | null;
}

/** A pace can be told from this much of a period on. */
const elapsedMsMin = 24 * 3_600_000;

/** Where use leads if it goes on at the pace of the period so far; null while that cannot be told. */
export function forecastQuota(quota: Quota, nowMs: number): QuotaForecast | null {
  const { used, limit, periodStart, periodEnd } = quota;
  const elapsedMs = nowMs - periodStart.getTime();
  if (limit === null || used === 0 || used >= limit || elapsedMs < elapsedMsMin) return null;

  const msPerUnit = elapsedMs / used;
  const fullAtMs = nowMs + (limit - used) * msPerUnit;
  const periodMs = periodEnd.getTime() - periodStart.getTime();
  return {
    percent: (periodMs / msPerUnit / limit) * 100,
    fullAt: fullAtMs < periodEnd.getTime() ? new Date(fullAtMs) : null,
  };
}
