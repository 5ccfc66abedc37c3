import type { AnalyticsOverview, analyticsOverviewInput, Parsed } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import { quotaOf } from '../usage/quota-of.ts';
import { readLimits } from '../usage/read-limits.ts';
import { figureColumns, figuresOf, type FigureRow } from '../usage/usage-figures.ts';
import { usageOwner } from '../usage/usage-owner.ts';
import { figuresSource } from './figures-source.ts';
import { forecastOf, recentDays } from './forecast.ts';
import { dayMs, hourMs, periodOf, type TimeBucket } from './range.ts';

type Part = 'present' | 'previous' | 'recent';

/**
 * What a month adds up to, of a user or of all, beside the month before and with a forecast.
 *
 * @throws DomainError not_found
 */
export async function analyticsOverview(
  ctx: DomainContext,
  input: Parsed<typeof analyticsOverviewInput>,
): Promise<AnalyticsOverview> {
  const { em, now } = ctx;
  const nowMs = now.getTime();
  const owner = await usageOwner(ctx, input.user);
  const userId = owner?.id ?? null;
  const period = periodOf(input.month, now);
  const before = quotaPeriodAt(period.startMs - 1);
  const isOver = nowMs >= period.endMs;
  const elapsedMs = Math.max(0, nowMs - period.startMs);
  const beforeEndMs = isOver
    ? before.endMs
    : Math.min(before.endMs, before.startMs + Math.floor(elapsedMs / hourMs) * hourMs);
  const wholeDaysEndMs = Math.floor(beforeEndMs / dayMs) * dayMs;
  const todayMs = Math.floor(nowMs / dayMs) * dayMs;

  const parts: [Part, TimeBucket, fromMs: number, toMs: number][] = [
    ['present', 'day', period.startMs, period.endMs],
    ['previous', 'day', before.startMs, wholeDaysEndMs],
    ['previous', 'hour', wholeDaysEndMs, beforeEndMs],
    ['recent', 'day', todayMs - recentDays * dayMs, todayMs + dayMs],
  ];
  const sources = parts.map(([part, bucket, fromMs, toMs]) => {
    const { sql, values } = figuresSource(userId, bucket, { fromMs, toMs });
    return { sql: `select '${part}' as part, s.* from (${sql}) s`, values };
  });
  const standing =
    userId === null
      ? { sql: 'select count(*) from quota_periods where period_start = ?', values: [] }
      : {
          sql: 'select units from quota_periods where period_start = ? and user_id = ?',
          values: [userId],
        };
  const rows: (FigureRow & { part: Part; firstMs: number | null; standing: number | null })[] =
    await em.execute(
      `select part, (extract(epoch from min(at)) * 1000)::float8 as "firstMs",
        (${standing.sql})::float8 as standing, ${figureColumns}
      from (${sources.map(({ sql }) => sql).join(' union all ')}) s group by grouping sets ((part), ())`,
      [period.start, ...standing.values, ...sources.flatMap(({ values }) => values)],
    );
  const rowOf = (part: Part) => rows.find((row) => row.part === part);
  const present = figuresOf(rowOf('present'));
  const counted = rows[0]?.standing ?? 0;
  const quota =
    owner === null
      ? null
      : quotaOf(counted, period, (await readLimits(em, owner)).requestsPerMonth);
  return {
    ...present,
    periodStart: new Date(period.startMs),
    periodEnd: new Date(period.endMs),
    activeUsers: owner === null ? counted : null,
    quota,
    previous: figuresOf(rowOf('previous')),
    forecast: isOver
      ? null
      : forecastOf({ nowMs, endMs: period.endMs, present, quota, recent: rowOf('recent') }),
  };
}
