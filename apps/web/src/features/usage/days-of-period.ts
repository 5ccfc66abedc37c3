import type { UsageSummary } from '@apigate/contract';
import type { TimePoint } from '@apigate/ui/charts/time-chart';
import { outcomePoint } from '../../lib/outcome-series.ts';

export const dayMs = 24 * 3_600_000;

interface PeriodUsage {
  quota: Pick<UsageSummary['quota'], 'periodStart' | 'periodEnd'>;
  byDay: readonly Pick<UsageSummary['byDay'][number], 'day' | 'outcomes'>[];
}

/** Every day of the period, the ones without requests and the ones to come included. Days are UTC. */
export function daysOfPeriod({ quota, byDay }: PeriodUsage): TimePoint[] {
  const outcomesOf = new Map(byDay.map(({ day, outcomes }) => [day, outcomes]));
  const dayCount = Math.round((quota.periodEnd.getTime() - quota.periodStart.getTime()) / dayMs);
  return Array.from({ length: dayCount }, (_, index) => {
    const atMs = quota.periodStart.getTime() + index * dayMs;
    return outcomePoint(atMs, outcomesOf.get(new Date(atMs).toISOString().slice(0, 10)));
  });
}
