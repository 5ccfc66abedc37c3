import type { UsageSummary } from '@apigate/contract';
import type { StackedBarsProps } from '@apigate/ui/stacked-bars';
import { outcomeSeries } from './outcome-series.ts';

const dayMs = 24 * 3_600_000;
const dayText = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

interface PeriodUsage {
  quota: Pick<UsageSummary['quota'], 'periodStart' | 'periodEnd'>;
  byDay: readonly Pick<UsageSummary['byDay'][number], 'day' | 'outcomes'>[];
}

/** Every day of the period as a bar, the ones without requests and the ones to come included. Days are UTC. */
export function daysOfPeriod({ quota, byDay }: PeriodUsage): StackedBarsProps['bars'] {
  const outcomesOf = new Map(byDay.map(({ day, outcomes }) => [day, outcomes]));
  const dayCount = Math.round((quota.periodEnd.getTime() - quota.periodStart.getTime()) / dayMs);
  return Array.from({ length: dayCount }, (_, index) => {
    const date = new Date(quota.periodStart.getTime() + index * dayMs);
    const outcomes = outcomesOf.get(date.toISOString().slice(0, 10));
    return {
      label: dayText.format(date),
      values: Object.fromEntries(
        outcomeSeries.map(({ id, count }) => [id, outcomes ? count(outcomes) : 0]),
      ),
    };
  });
}
