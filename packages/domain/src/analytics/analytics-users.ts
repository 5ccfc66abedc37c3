import type {
  Page,
  Parsed,
  UserStatus,
  UserUsage,
  userUsageInput,
  UserUsageSort,
} from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { isUnended } from '../keys/unended.ts';
import { readSettings } from '../settings/read-settings.ts';
import { pageOf, placeAfter } from '../paging.ts';
import { percentOf } from '../usage/usage-figures.ts';
import { compileFilter, fieldsOf, type Condition, type FilterColumns } from './compile-filter.ts';
import { parseFilter } from './parse-filter.ts';
import { periodOf } from './range.ts';

interface UserRow {
  id: string;
  email: string;
  name: string | null;
  status: UserStatus;
  planId: string;
  planSlug: string;
  planName: string;
  requests: number;
  units: number;
  errors: number;
  bytesIn: number;
  bytesOut: number;
  quotaPercent: number | null;
  keyCount: number;
  lastActiveAt: Date | null;
  rank: number;
}

/** Rounds as JavaScript does, to one decimal. */
const percent = (part: string, whole: string) =>
  `floor(${part} * 1000::float8 / nullif(${whole}, 0) + 0.5) / 10`;

const limit = `case when u.status = 'pending' then least(p.requests_per_month, now.pending_limit)
  else p.requests_per_month end`;

const columns: FilterColumns = {
  requests: 'coalesce(q.requests, 0)',
  errors: 'coalesce(q.errors, 0)',
  error_percent: percent('q.errors', 'q.requests'),
  quota_percent: percent('coalesce(q.units, 0)', limit),
  bytes: 'coalesce(q.bytes_in + q.bytes_out, 0)',
  keys: 'coalesce(c.keys, 0)',
  status: 'u.status',
  last_active_days: `floor(extract(epoch from now.at - coalesce(a.last_at, u.created_at)) / 86400)`,
};

/** What users are ranked by, greatest first; what a user does not have comes last. */
const ranks: Record<UserUsageSort, string> = {
  requests: columns.requests,
  errors: columns.errors,
  error_percent: columns.error_percent,
  quota_percent: columns.quota_percent,
  bytes: columns.bytes,
  keys: columns.keys,
  last_active: 'extract(epoch from a.last_at) * 1000',
};

/**
 * Users with their figures of a month, ranked, as far as a filter expression holds for them.
 *
 * @throws DomainError bad_request for an expression that cannot be read; it tells the place
 */
export async function analyticsUsers(
  ctx: DomainContext,
  input: Parsed<typeof userUsageInput>,
): Promise<Page<UserUsage>> {
  const { em, actor, now } = ctx;
  authorize(actor, 'analytics.read');
  const { start } = periodOf(input.month, now);
  const filter = input.filter === undefined ? null : parseFilter(input.filter);
  const order = `analytics.${input.sort}.${start}`;
  const after = placeAfter(input.cursor, order);
  const rank = `coalesce(${ranks[input.sort]}, -1)::float8`;
  const conditions: Condition[] = [];
  if (filter !== null) conditions.push(compileFilter(filter, columns));
  if (after !== undefined) {
    conditions.push({ sql: `(${rank}, u.id) < (?::float8, ?::uuid)`, values: after });
  }
  const settings = await readSettings(em);
  const named = new Set<string>([input.sort, ...(filter === null ? [] : fieldsOf(filter))]);
  const needs = (...fields: string[]) => fields.some((field) => named.has(field));
  const present = 'cross join (select ?::timestamptz as at, ?::bigint as pending_limit) now';
  const presentValues = [now, settings['pending.requests_per_month']];
  const period = 'left join quota_periods q on q.user_id = u.id and q.period_start = ?';
  const activity = 'left join usage_activity a on a.user_id = u.id';
  const keys = `left join (select user_id, count(*) as keys from keys where ${isUnended} group by 1) c on c.user_id = u.id`;
  // Every user is ranked, by no more than it takes; the rest is read of those on the page.
  const rows: UserRow[] = await em.execute(
    `select u.id, u.email, u.name, u.status, p.id as "planId", p.slug as "planSlug", p.name as "planName",
      ${columns.requests}::float8 as requests, coalesce(q.units, 0)::float8 as units,
      ${columns.errors}::float8 as errors, coalesce(q.bytes_in, 0)::float8 as "bytesIn",
      coalesce(q.bytes_out, 0)::float8 as "bytesOut", ${columns.quota_percent} as "quotaPercent",
      a.last_at as "lastActiveAt", f.rank,
      (select count(*)::int from keys where user_id = u.id and ${isUnended}) as "keyCount"
    from (
      select u.id, ${rank} as rank from users u ${present} ${period}
      ${needs('plan', 'quota_percent') ? 'join plans p on p.id = u.plan_id' : ''}
      ${needs('last_active', 'last_active_days') ? activity : ''}
      ${needs('keys') ? keys : ''}
      ${conditions.length === 0 ? '' : `where ${conditions.map(({ sql }) => sql).join(' and ')}`}
      order by rank desc, u.id desc limit ?
    ) f
    join users u on u.id = f.id join plans p on p.id = u.plan_id ${present} ${period} ${activity}
    order by f.rank desc, f.id desc`,
    [
      now,
      ...presentValues,
      start,
      ...(needs('keys') ? [now] : []),
      ...conditions.flatMap(({ values }) => values),
      input.limit + 1,
      ...presentValues,
      start,
    ],
  );
  const page = pageOf(rows, input.limit, order, (row) => [String(row.rank), row.id]);
  return { ...page, data: page.data.map(userUsageFromRow) };
}

function userUsageFromRow({
  id,
  email,
  name,
  planId,
  planSlug,
  planName,
  ...row
}: UserRow): UserUsage {
  return {
    ...row,
    user: { id, email, name },
    plan: { id: planId, slug: planSlug, name: planName },
    errorPercent: percentOf(row.errors, row.requests),
    lastActiveAt: row.lastActiveAt === null ? null : new Date(row.lastActiveAt),
  };
}
