import type { Quota } from '@apigate/contract';
import type { QuotaPeriod } from '../gateway/quota-period.ts';
import { percentOf } from './usage-figures.ts';

/**
 * The quota of a user in a period.
 *
 * @param used units, as they stand in the row by which the proxy refuses
 * @param limit units; null is unlimited
 */
export function quotaOf(used: number, period: QuotaPeriod, limit: number | null): Quota {
  return {
    periodStart: new Date(period.startMs),
    periodEnd: new Date(period.endMs),
    used,
    limit,
    remaining: limit === null ? null : Math.max(0, limit - used),
    percent: percentOf(used, limit),
  };
}
