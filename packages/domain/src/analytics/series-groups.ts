import type { TimeseriesGroup, UsageDimension } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import { figuresOfUsers, figuresSource, rollupsOf, type FiguresSource } from './figures-source.ts';
import type { Range } from './range.ts';

/** Keys and users of all are ranked among so many of each month that a range touches: those with most requests in it. */
const candidatesAMonth = 100;

interface Dimension {
  /** As rollups have it. */
  column: string;
  /** What is named, and its name; an outcome is its own. */
  named: { table: string; name: string; gone: string } | null;
  /** What requests are that have none. */
  none: string;
}

const dimensions: Record<UsageDimension, Dimension> = {
  plan: {
    column: 'plan_id',
    named: { table: 'plans', name: 't.name', gone: 'deleted plan' },
    none: 'No plan',
  },
  route: {
    column: 'route_id',
    named: { table: 'routes', name: 't.name', gone: 'deleted route' },
    none: 'No route',
  },
  key: {
    column: 'key_id',
    named: { table: 'keys', name: 't.name', gone: 'deleted key' },
    none: 'No key',
  },
  user: {
    column: 'user_id',
    named: { table: 'users', name: 't.email', gone: 'deleted user' },
    none: 'No user',
  },
  outcome: { column: 'outcome', named: null, none: '' },
};

/** Which groups of requests are meant: the first of a dimension, of one user or of all. */
export interface GroupsAsked {
  dimension: UsageDimension;
  top: number;
  userId: string | null;
  range: Range;
}

/** Rollup rows of the groups with most requests, with the id of each, null for none, and its `place` from 1 on. */
export function groupRows(asked: GroupsAsked): FiguresSource {
  const { dimension, top, userId, range } = asked;
  if (userId === null && (dimension === 'key' || dimension === 'user')) {
    return groupRowsOfUsers(dimension, top, range);
  }
  const { column } = dimensions[dimension];
  const { sql, values } = figuresSource(userId, range.bucket, range);
  return {
    sql: `select first.place, first.id::text as id, s.* from (
        select s.${column} as id, row_number() over (order by sum(s.requests) desc, s.${column}) as place
        from (${sql}) s group by 1 order by place limit ?
      ) first join (${sql}) s on coalesce(s.${column}::text, '') = coalesce(first.id::text, '')`,
    values: [...values, top, ...values],
  };
}

/** The same of everybody's keys or of users, for which there are no totals. */
function groupRowsOfUsers(dimension: 'key' | 'user', top: number, range: Range): FiguresSource {
  const { column } = dimensions[dimension];
  const among = candidatesOf(dimension, range);
  // Days are added up faster than their hours.
  const sums = rollupsOf(range.fromMs, range.toMs).map((span) => figuresOfUsers(span.bucket, span));
  const rows = figuresOfUsers(range.bucket, range);
  return {
    sql: `select first.place, first.id::text as id, s.* from (
        select c.id, c.user_id, row_number() over (order by s.requests desc, c.id) as place
        from (${among.sql}) c cross join lateral (
          select sum(requests) as requests from (${sums.map(({ sql }) => sql).join(' union all ')}) s
          where s.user_id = c.user_id and s.${column} = c.id
        ) s where s.requests > 0 order by place limit ?
      ) first join (${rows.sql}) s on s.user_id = first.user_id and s.${column} = first.id`,
    values: [...among.values, ...sums.flatMap(({ values }) => values), top, ...rows.values],
  };
}

/** Ids and users of those with most requests in one of the months of a range. */
function candidatesOf(dimension: 'key' | 'user', { fromMs, toMs }: Range): FiguresSource {
  const [table, id] =
    dimension === 'key' ? ['usage_key_periods', 'key_id'] : ['quota_periods', 'user_id'];
  const months: string[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs = quotaPeriodAt(atMs).endMs) {
    months.push(quotaPeriodAt(atMs).start);
  }
  const ofMonth = `(select ${id} as id, user_id from ${table} where period_start = ?
    order by requests desc, ${id} limit ${candidatesAMonth})`;
  return { sql: months.map(() => ofMonth).join(' union '), values: months };
}

/** What a group is called by people. */
export type GroupName = Pick<TimeseriesGroup, 'id' | 'name' | 'user'>;

/** The names of groups, in the order of their ids. */
export async function groupNames(
  em: EntityManager,
  dimension: UsageDimension,
  ids: readonly (string | null)[],
): Promise<GroupName[]> {
  const { named, none } = dimensions[dimension];
  const known = ids.filter((id) => id !== null);
  const rows: { id: string; name: string; userId: string | null; email: string | null }[] =
    named === null || known.length === 0
      ? []
      : await em.execute(
          `select t.id, ${named.name} as name, u.id as "userId", u.email from ${named.table} t
          left join users u on ${dimension === 'key' ? 'u.id = t.user_id' : 'false'}
          where t.id in (${known.map(() => '?').join(', ')})`,
          known,
        );
  return ids.map((id) => {
    if (id === null) return { id, name: none, user: null };
    const row = rows.find((each) => each.id === id);
    return {
      id,
      name: row?.name ?? named?.gone ?? id,
      user: row?.userId == null ? null : { id: row.userId, email: row.email ?? '' },
    };
  });
}
