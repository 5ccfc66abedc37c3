import type { TimeseriesGroup, UsageDimension } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import { figuresOfUsers, figuresSource, type FiguresSource } from './figures-source.ts';
import type { Range } from './range.ts';

/** Keys and users of all are ranked among so many: those with most requests in the months that a range touches. */
const candidates = 200;

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
  const isOfEach = userId === null && (dimension === 'key' || dimension === 'user');
  const { column } = dimensions[dimension];
  const source = isOfEach
    ? figuresOfUsers(range.bucket, range)
    : figuresSource(userId, range.bucket, range);
  const among = isOfEach ? candidatesOf(dimension, range) : null;
  const owner = among === null ? '' : ', s.user_id';
  return {
    sql: `select first.place, first.id::text as id, s.* from (
        select s.${column} as id${owner}, row_number() over (order by sum(s.requests) desc, s.${column}) as place
        from (${source.sql}) s
        ${among === null ? '' : `join (${among.sql}) c on c.user_id = s.user_id and c.id = s.${column}`}
        group by 1${owner} order by place limit ?
      ) first join (${source.sql}) s on
        ${among === null ? `coalesce(s.${column}::text, '') = coalesce(first.id::text, '')` : `s.user_id = first.user_id and s.${column} = first.id`}`,
    values: [...source.values, ...(among?.values ?? []), top, ...source.values],
  };
}

/** Ids and users of those with most requests in the months of a range. */
function candidatesOf(dimension: 'key' | 'user', { fromMs, toMs }: Range): FiguresSource {
  const [table, id] =
    dimension === 'key' ? ['usage_key_periods', 'key_id'] : ['quota_periods', 'user_id'];
  const months = [];
  for (let atMs = fromMs; atMs < toMs; atMs = quotaPeriodAt(atMs).endMs) {
    months.push(quotaPeriodAt(atMs).start);
  }
  return {
    sql: `select ${id} as id, user_id from ${table}
      where period_start in (${months.map(() => '?').join(', ')})
      group by ${id}, user_id order by sum(requests) desc, ${id} limit ${candidates}`,
    values: months,
  };
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
