import {
  usageOutcomes,
  type Parsed,
  type UsageOutcome,
  type UsageSummary,
  type usageSummaryInput,
} from '@apigate/contract';
import { notFound } from '../access/authorize.ts';
import { dependableForecastOf, recentDays } from '../analytics/forecast.ts';
import { dayMs } from '../analytics/range.ts';
import type { DomainContext } from '../context.ts';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import { isUnended } from '../keys/unended.ts';
import { callerOrNamed } from '../users/caller-or-named.ts';
import { quotaOf } from './quota-of.ts';
import { readLimits } from './read-limits.ts';
import { usageOwner } from './usage-owner.ts';

/** What every row says of the user. */
interface Standing {
  quotaUnits: string | null;
  keyCount: number;
  lastActiveAt: Date | null;
}

interface DayRow {
  day: string;
  keyId: string | null;
  keyName: string | null;
  routeId: string | null;
  routeName: string | null;
  outcome: UsageOutcome;
  requests: string;
  units: string;
  bytesIn: string;
  bytesOut: string;
}

interface Counts {
  requests: number;
  units: number;
}

/** Counts added up by what `of` picks from a row; rows for which it picks nothing are left out. */
function addUp<T extends { id: string; name: string }>(
  rows: readonly DayRow[],
  of: (row: DayRow) => T | null,
): (Counts & { of: T })[] {
  const sums = new Map<string, Counts & { of: T }>();
  for (const row of rows) {
    const picked = of(row);
    if (picked === null) continue;
    const sum = sums.get(picked.id) ?? { of: picked, requests: 0, units: 0 };
    sum.requests += Number(row.requests);
    sum.units += Number(row.units);
    sums.set(picked.id, sum);
  }
  return [...sums.values()].toSorted((a, b) => b.requests - a.requests);
}

function outcomesOf(rows: readonly DayRow[]): Record<UsageOutcome, number> {
  const counts = Object.fromEntries(usageOutcomes.map((outcome) => [outcome, 0]));
  for (const row of rows) counts[row.outcome] = (counts[row.outcome] ?? 0) + Number(row.requests);
  return counts as Record<UsageOutcome, number>;
}

const total = (rows: readonly DayRow[], column: 'requests' | 'units' | 'bytesIn' | 'bytesOut') =>
  rows.reduce((sum, row) => sum + Number(row[column]), 0);

/**
 * What a user has used in the present quota period, from the same rows that the proxy decides by.
 *
 * @throws DomainError not_found, bad_request
 */
export async function usageSummary(
  ctx: DomainContext,
  input: Parsed<typeof usageSummaryInput>,
): Promise<UsageSummary> {
  const { em, actor, now } = ctx;
  const user = await usageOwner(ctx, callerOrNamed(actor, input.user));
  if (user === null) throw notFound('user');
  const period = quotaPeriodAt(now.getTime());
  const limits = await readLimits(em, user);
  const nowMs = now.getTime();
  const recentMs = Math.floor(nowMs / dayMs) * dayMs - recentDays * dayMs;
  const found: (Standing & (DayRow | { day: null }))[] = await em.execute(
    `select (select units from quota_periods where user_id = u.id and period_start = ?) as "quotaUnits",
      (select count(*)::int from keys where user_id = u.id and ${isUnended}) as "keyCount",
      (select last_at from usage_activity where user_id = u.id) as "lastActiveAt",
      to_char(d.day, 'YYYY-MM-DD') as day, d.key_id as "keyId", k.name as "keyName",
      d.route_id as "routeId", r.name as "routeName", d.outcome, d.requests, d.units,
      d.bytes_in as "bytesIn", d.bytes_out as "bytesOut"
    from (select ?::uuid as id) u left join usage_days d on d.user_id = u.id and d.day >= ?
    left join keys k on k.id = d.key_id and k.user_id = u.id left join routes r on r.id = d.route_id
    order by d.day`,
    [period.start, now, user.id, new Date(Math.min(period.startMs, recentMs))],
  );
  const [standing] = found;
  const dayRows = found.filter((row) => row.day !== null);
  const rows = dayRows.filter(({ day }) => day >= period.start);
  const recent = dayRows.filter(({ day }) => Date.parse(day) >= recentMs);
  const quota = quotaOf(Number(standing?.quotaUnits ?? 0), period, limits.requestsPerMonth);
  const days = Map.groupBy(rows, (row) => row.day);
  return {
    user: { id: user.id, email: user.email, name: user.name ?? null },
    quota,
    limits,
    forecast: dependableForecastOf({
      nowMs,
      endMs: period.endMs,
      present: { requests: total(rows, 'requests'), units: quota.used },
      quota,
      recent: {
        requests: total(recent, 'requests'),
        units: total(recent, 'units'),
        firstMs: recent[0] === undefined ? null : Date.parse(recent[0].day),
      },
    }),
    requests: total(rows, 'requests'),
    outcomes: outcomesOf(rows),
    bytesIn: total(rows, 'bytesIn'),
    bytesOut: total(rows, 'bytesOut'),
    keyCount: standing?.keyCount ?? 0,
    lastActiveAt: standing?.lastActiveAt == null ? null : new Date(standing.lastActiveAt),
    byDay: [...days].map(([day, ofDay]) => ({
      day,
      requests: total(ofDay, 'requests'),
      units: total(ofDay, 'units'),
      outcomes: outcomesOf(ofDay),
    })),
    byKey: addUp(rows, ({ keyId, keyName }) =>
      keyId === null ? null : { id: keyId, name: keyName ?? 'deleted key' },
    ).map(({ of: key, ...counts }) => ({ key, ...counts })),
    byRoute: addUp(rows, ({ routeId, routeName }) =>
      routeId === null ? null : { id: routeId, name: routeName ?? 'deleted route' },
    ).map(({ of: route, ...counts }) => ({ route, ...counts })),
  };
}
