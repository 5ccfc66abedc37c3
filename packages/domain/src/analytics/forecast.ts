import type { Quota, UsageForecast } from '@apigate/contract';
import { dayMs } from './range.ts';

/** Whole days before today that, with today so far, are expected to go on. */
export const recentDays = 7;

interface Counts {
  requests: number;
  units: number;
}

export interface ForecastBasis {
  nowMs: number;
  /** When the period ends. */
  endMs: number;
  /** What the period came to so far. */
  present: Counts;
  quota: Quota | null;
  /** What they came to, and the first of them that had requests. */
  recent: (Counts & { firstMs: number | null }) | undefined;
}

/** What the period comes to if the recent days go on; those before the first one with requests do not count. */
export function forecastOf({ nowMs, endMs, present, quota, recent }: ForecastBasis): UsageForecast {
  const basisMs = Math.max(1, nowMs - (recent?.firstMs ?? 0));
  const perMs = (of: keyof Counts) => (recent?.[of] ?? 0) / basisMs;
  const atEnd = (of: keyof Counts) => Math.round(present[of] + perMs(of) * (endMs - nowMs));
  const left = quota?.limit == null ? null : Math.max(0, quota.limit - quota.used);
  const reachedAtMs = left === null || perMs('units') === 0 ? null : nowMs + left / perMs('units');
  return {
    requests: atEnd('requests'),
    units: atEnd('units'),
    quotaReachedAt:
      reachedAtMs === null || reachedAtMs >= endMs ? null : new Date(Math.ceil(reachedAtMs)),
  };
}

/** The same, but null until there was a day to tell a pace from. */
export function dependableForecastOf(basis: ForecastBasis): UsageForecast | null {
  const firstMs = basis.recent?.firstMs ?? null;
  return firstMs === null || basis.nowMs - firstMs < dayMs ? null : forecastOf(basis);
}
