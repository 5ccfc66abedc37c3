import type { AnalyticsOverview, analyticsOverviewInput, Parsed, Quota } from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { quotaPeriodAt, type QuotaPeriod } from '../gateway/quota-period.ts';
import { quotaOf } from '../usage/quota-of.ts';
import { readLimits } from '../usage/read-limits.ts';
import { figureColumns, figuresOf, type FigureRow } from '../usage/usage-figures.ts';
import { usageOwner } from '../usage/usage-owner.ts';
import { countActiveUsers } from './count-active-users.ts';
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
  const rows: (FigureRow & { part: Part; firstMs: number | null })[] = await em.execute(
    `select part, (extract(epoch from min(at)) * 1000)::float8 as "firstMs", ${figureColumns}
      from (${sources.map(({ sql }) => sql).join(' union all ')}) s group by part`,
    sources.flatMap(({ values }) => values),
  );
  const rowOf = (part: Part) => rows.find((row) => row.part === part);
  const present = figuresOf(rowOf('present'));
  const quota = owner === null || period === null ? null : await quotaIn(ctx, owner, period);
  const activeUsers = async (fromMs: number, toMs: number) =>
    owner === null ? countActiveUsers(em, { fromMs, toMs, nowMs }) : null;
  return {
    ...present,
    periodStart: new Date(startMs),
    periodEnd: new Date(endMs),
    activeUsers: await activeUsers(startMs, endMs),
    quota,
    previous: {
      ...figuresOf(rowOf('previous')),
      activeUsers: await activeUsers(before.startMs, beforeEndMs),
    },
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

async function quotaIn(
  { em }: DomainContext,
  owner: Parameters<typeof readLimits>[1],
  period: QuotaPeriod,
): Promise<Quota> {
  const [row]: { units: number }[] = await em.execute(
    'select units::float8 as units from quota_periods where period_start = ? and user_id = ?',
    [period.start, owner.id],
  );
  return quotaOf(row?.units ?? 0, period, (await readLimits(em, owner)).requestsPerMonth);
}
