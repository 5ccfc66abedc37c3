import type { Quota, UsageForecast } from '@apigate/contract';

/**
 * When a quota of some size is used up if use goes on as it is forecast.
 *
 * @param limit units
 * @returns null when not before the period ends, or when it is used up already
 */
export function fullAt(
  { used, periodEnd }: Pick<Quota, 'used' | 'periodEnd'>,
  forecast: Pick<UsageForecast, 'units'> | null,
  limit: number,
  nowMs: number,
): Date | null {
  if (forecast === null || used >= limit || forecast.units <= limit) return null;
  const msPerUnit = (periodEnd.getTime() - nowMs) / (forecast.units - used);
  return new Date(nowMs + (limit - used) * msPerUnit);
}
