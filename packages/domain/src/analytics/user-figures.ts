import { isUnended } from '../keys/unended.ts';
import { quotaLimit } from '../usage/quota-limit.ts';
import { fieldsOf, type Condition, type FilterColumns } from './compile-filter.ts';
import type { Filter } from './parse-filter.ts';

/** Of which month figures are told. */
export interface FiguresPeriod {
  /** The first day of the period. */
  start: string;
  now: Date;
  /** Quota of those whose address is not verified; null for none. */
  pendingLimit: number | null;
}

/** Rounds as JavaScript does, to one decimal. */
const percent = (part: string, whole: string) =>
  `floor(${part} * 1000::float8 / nullif(${whole}, 0) + 0.5) / 10`;

const limit = quotaLimit('now.pending_limit');

/** What is told of a user, in a query that has joined what it takes. */
export const figureColumns: FilterColumns = {
  requests: 'coalesce(q.requests, 0)',
  errors: 'coalesce(q.errors, 0)',
  error_percent: percent('q.errors', 'q.requests'),
  quota_percent: percent('coalesce(q.units, 0)', limit),
  bytes: 'coalesce(q.bytes_in + q.bytes_out, 0)',
  keys: 'coalesce(c.keys, 0)',
  status: 'u.status',
  last_active_days: `floor(extract(epoch from now.at - coalesce(a.last_at, u.created_at)) / 86400)`,
};

/** The keys of one user. */
export const keyCount = `(select count(*) from keys where user_id = u.id and ${isUnended.replace('?', 'now.at')})`;
/** The keys of everybody who has any. Wanted in order, they are counted off their index instead of the whole table. */
export const keysTable = `(select user_id, count(*) as keys from keys where ${isUnended} group by 1 order by 1) c`;

/** The moment and the limit that the columns above speak of. */
export const present = 'cross join (select ?::timestamptz as at, ?::bigint as pending_limit) now';

/**
 * What stands after `from` where users `u` are asked for by their figures, and the columns to compare.
 *
 * @param sorts further columns that are needed.
 */
export function usersWithFigures(
  { start, now, pendingLimit }: FiguresPeriod,
  filter: Filter | null,
  sorts: readonly string[],
): Condition & { columns: FilterColumns } {
  const fields = filter === null ? new Set<string>() : fieldsOf(filter);
  const named = new Set<string>([...sorts, ...fields]);
  const needs = (...names: string[]) => names.some((name) => named.has(name));
  // Beside other conditions few are left to count keys of; else it takes less to count everybody's at once.
  const countsEach = !sorts.includes('keys') && fields.size > 1;
  const joinsKeys = needs('keys') && !countsEach;
  return {
    columns: countsEach ? { ...figureColumns, keys: keyCount } : figureColumns,
    sql: `users u ${present}
      left join quota_periods q on q.user_id = u.id and q.period_start = ?
      ${needs('plan', 'quota_percent') ? 'join plans p on p.id = u.plan_id' : ''}
      ${needs('last_active', 'last_active_days') ? 'left join usage_activity a on a.user_id = u.id' : ''}
      ${joinsKeys ? `left join ${keysTable} on c.user_id = u.id` : ''}`,
    values: [now, pendingLimit, start, ...(joinsKeys ? [now] : [])],
  };
}
