import type { AnalyticsOverview, analyticsOverviewInput, Parsed } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { quotaPeriodAt, type QuotaPeriod } from '../gateway/quota-period.ts';
import { quotaOf } from '../usage/quota-of.ts';
import { readLimits } from '../usage/read-limits.ts';
import { figureColumns, figuresOf, type FigureRow } from '../usage/usage-figures.ts';
import { usageOwner } from '../usage/usage-owner.ts';
import { figuresSource, rollupsOf } from './figures-source.ts';
import { forecastOf, recentDays } from './forecast.ts';
import { dayMs, hourMs, hoursOf, periodOf } from './range.ts';

type Part = 'present' | 'previous' | 'recent';

/**
 * What a month or a range adds up to, of a user or of all, beside what was before; a month with a forecast.
 *
 * @throws DomainError not_found, bad_request
 */
export async function analyticsOverview(
  ctx: DomainContext,
  input: Parsed<typeof analyticsOverviewInput>,
): Promise<AnalyticsOverview> {
  const { em, now } = ctx;
  const nowMs = now.getTime();
  const owner = await usageOwner(ctx, input.user);
  const userId = owner?.id ?? null;
  const { period, startMs, endMs, before } = spansOf(input, now);
  const isOver = nowMs >= endMs;
  const elapsedMs = Math.max(0, nowMs - startMs);
  const beforeEndMs = isOver
    ? before.endMs
    : Math.min(before.endMs, before.startMs + Math.floor(elapsedMs / hourMs) * hourMs);
  const todayMs = Math.floor(nowMs / dayMs) * dayMs;

  const parts: [Part, fromMs: number, toMs: number][] = [
    ['present', startMs, endMs],
    ['previous', before.startMs, beforeEndMs],
    ['recent', todayMs - recentDays * dayMs, todayMs + dayMs],
  ];
  const sources = parts.flatMap(([part, partFromMs, partToMs]) =>
    rollupsOf(partFromMs, partToMs).map(({ bucket, fromMs, toMs }) => {
      const { sql, values } = figuresSource(userId, bucket, { fromMs, toMs });
      return { sql: `select '${part}' as part, s.* from (${sql}) s`, values };
    }),
  );
  const standing = standingOf(userId, period, startMs);
  const rows: (FigureRow & { part: Part; firstMs: number | null; standing: number | null })[] =
    await em.execute(
      `select part, (extract(epoch from min(at)) * 1000)::float8 as "firstMs",
        (${standing.sql})::float8 as standing, ${figureColumns}
      from (${sources.map(({ sql }) => sql).join(' union all ')}) s group by grouping sets ((part), ())`,
      [...standing.values, ...sources.flatMap(({ values }) => values)],
    );
  const rowOf = (part: Part) => rows.find((row) => row.part === part);
  const present = figuresOf(rowOf('present'));
  const counted = rows[0]?.standing ?? 0;
  const quota =
    owner === null || period === null
      ? null
      : quotaOf(counted, period, (await readLimits(em, owner)).requestsPerMonth);
  return {
    ...present,
    periodStart: new Date(startMs),
    periodEnd: new Date(endMs),
    activeUsers: owner !== null || (period === null && nowMs > endMs) ? null : counted,
    quota,
    previous: figuresOf(rowOf('previous')),
    forecast:
      isOver || period === null
        ? null
        : forecastOf({ nowMs, endMs, present, quota, recent: rowOf('recent') }),
  };
}

interface Spans {
  /** Null for a range. */
  period: QuotaPeriod | null;
  startMs: number;
  endMs: number;
  before: { startMs: number; endMs: number };
}

function spansOf(
  { month, from, to }: Pick<Parsed<typeof analyticsOverviewInput>, 'month' | 'from' | 'to'>,
  now: Date,
): Spans {
  if (from === undefined && to === undefined) {
    const period = periodOf(month, now);
    const { startMs, endMs } = period;
    return { period, startMs, endMs, before: quotaPeriodAt(startMs - 1) };
  }
  const { fromMs, toMs } = hoursOf({ from, to }, now);
  const before = { startMs: fromMs - (toMs - fromMs), endMs: fromMs };
  return { period: null, startMs: fromMs, endMs: toMs, before };
}

/** SQL for the units of a user in a month, or for how many users are active: in a month, or since the start of a range. */
function standingOf(userId: string | null, period: QuotaPeriod | null, startMs: number) {
  if (period === null) {
    const sql = 'select count(*) from usage_activity where last_at >= ?';
    return { sql, values: [new Date(startMs)] };
  }
  return userId === null
    ? { sql: 'select count(*) from quota_periods where period_start = ?', values: [period.start] }
    : {
        sql: 'select units from quota_periods where period_start = ? and user_id = ?',
        values: [period.start, userId],
      };
}
