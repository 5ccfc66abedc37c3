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
import { readSettings } from '../settings/read-settings.ts';
import { pageOf, placeAfter } from '../paging.ts';
import { percentOf } from '../usage/usage-figures.ts';
import { compileFilter, type Condition } from './compile-filter.ts';
import { parseFilter, type Filter } from './parse-filter.ts';
import { periodOf } from './range.ts';
import {
  type FiguresPeriod,
  figureColumns as columns,
  keyCount,
  keysTable,
  present,
  usersWithFigures,
} from './user-figures.ts';

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

const rankOf = (sort: UserUsageSort) => `coalesce(${ranks[sort]}, -1)::float8`;

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
  const settings = await readSettings(em);
  const asked: Asked = {
    sort: input.sort,
    filter,
    after,
    count: input.limit + 1,
    start,
    now,
    pendingLimit: settings['pending.requests_per_month'],
  };
  const ranked = filter === null ? rankedAlone(asked) : rankedAmongAll(asked);
  // Users are ranked by no more than it takes; the rest is read of those on the page.
  const rows: UserRow[] = await em.execute(
    `select u.id, u.email, u.name, u.status, p.id as "planId", p.slug as "planSlug", p.name as "planName",
      ${columns.requests}::float8 as requests, coalesce(q.units, 0)::float8 as units,
      ${columns.errors}::float8 as errors, coalesce(q.bytes_in, 0)::float8 as "bytesIn",
      coalesce(q.bytes_out, 0)::float8 as "bytesOut", ${columns.quota_percent} as "quotaPercent",
      a.last_at as "lastActiveAt", f.rank, ${keyCount}::int as "keyCount"
    from (${ranked.sql}) f
    join users u on u.id = f.id join plans p on p.id = u.plan_id ${present}
    left join quota_periods q on q.user_id = u.id and q.period_start = ?
    left join usage_activity a on a.user_id = u.id
    order by f.rank desc, f.id desc`,
    [...ranked.values, now, asked.pendingLimit, start],
  );
  const page = pageOf(rows, input.limit, order, (row) => [String(row.rank), row.id]);
  return { ...page, data: page.data.map(userUsageFromRow) };
}

interface Asked extends FiguresPeriod {
  sort: UserUsageSort;
  filter: Filter | null;
  /** Rank and id of the last user of the page before. */
  after: string[] | undefined;
  count: number;
}

/** A table in which not every user stands, under the name by which the columns know it. */
function tableOf(sort: Exclude<UserUsageSort, 'quota_percent'>, { start, now }: Asked): Condition {
  if (sort === 'keys') return { sql: keysTable, values: [now] };
  if (sort === 'last_active') return { sql: 'usage_activity a', values: [] };
  return { sql: '(select * from quota_periods where period_start = ?) q', values: [start] };
}

/**
 * Ranks the rows of one table, which takes a third of the time that joining every user to them does. Users who are not
 * in it share one rank, the last; they are looked for when the page may reach down to it.
 */
function rankedAlone(asked: Asked): Condition {
  const { sort, after, count } = asked;
  if (sort === 'quota_percent') return rankedAmongAll(asked);
  const table = tableOf(sort, asked);
  const last = `${sort === 'error_percent' || sort === 'last_active' ? -1 : 0}::float8`;
  const place = after === undefined ? '' : 'where (rank, id) < (?::float8, ?::uuid)';
  const before = after ?? [];
  return {
    sql: `with ranked as materialized (
        select * from (select user_id as id, ${rankOf(sort)} as rank from ${table.sql}) d ${place}
        order by rank desc, id desc limit ?
      )
      select * from (
        select * from ranked
        union all
        select * from (
          select * from (select id, ${last} as rank from users) u ${place === '' ? 'where' : `${place} and`}
            (select count(*) < ? or min(rank) <= ${last} from ranked)
            and not exists (select from ${table.sql} where user_id = u.id)
          order by id desc limit ?
        ) others
      ) everybody order by rank desc, id desc limit ?`,
    values: [...table.values, ...before, count, ...before, count, ...table.values, count, count],
  };
}

/** Ranks users for whom a filter holds, or by what takes their plan. */
function rankedAmongAll(asked: Asked): Condition {
  const { sort, filter, after, count } = asked;
  const users = usersWithFigures(asked, filter, [sort]);
  const conditions = filter === null ? [] : [compileFilter(filter, users.columns)];
  const rank = rankOf(sort);
  if (after !== undefined) {
    conditions.push({ sql: `(${rank}, u.id) < (?::float8, ?::uuid)`, values: after });
  }
  return {
    sql: `select u.id, ${rank} as rank from ${users.sql}
      ${conditions.length === 0 ? '' : `where ${conditions.map(({ sql }) => sql).join(' and ')}`}
      order by rank desc, u.id desc limit ?`,
    values: [...users.values, ...conditions.flatMap(({ values }) => values), count],
  };
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
