import type { Found, FoundKind, UserRole } from '@apigate/contract';
import { reachOf } from '../access/authorize.ts';
import type { Action } from '../access/policy.ts';
import type { DomainContext } from '../context.ts';
import { timeOfId } from '../ids.ts';
import { likePattern, startPattern } from '../paging.ts';
import type { Condition } from '../users/user-filter.ts';

/** What is found straight from its rows. Keys are not among them: only the whole of one tells its status. */
export type SourceName = Exclude<FoundKind, 'key' | 'setting' | 'event'>;

interface Source {
  readonly action: Action;
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly status: string;
  /** The table; where its rows belong to somebody, joined with the users as `u`. */
  readonly from: string;
  readonly isOwned: boolean;
  /** Of those that fit alike, whether the newest come first; else those whose title is short. */
  readonly isNewestFirst?: boolean;
  /** The conditions for it to be called `q`, best first: just so, starting so, holding it; any of a rank will do. */
  readonly named: (q: string) => readonly [Condition[], Condition[], Condition[]];
}

const sources: Readonly<Record<SourceName, Source>> = {
  user: {
    action: 'users.read',
    id: 'u.id',
    title: 'u.email',
    detail: 'u.name',
    status: 'u.status',
    from: 'users u',
    isOwned: true,
    named: userNamed,
  },
  plan: {
    action: 'plans.read',
    id: 'p.id',
    title: 'p.name',
    detail: 'p.slug',
    status: `case when p.enabled then 'enabled' else 'disabled' end`,
    from: 'plans p',
    isOwned: false,
    named: anyOf('p.name', 'p.slug'),
  },
  route: {
    action: 'routes.read',
    id: 'r.id',
    title: 'r.name',
    detail: 'r.path',
    status: `case when r.enabled then 'enabled' else 'disabled' end`,
    from: 'routes r',
    isOwned: false,
    named: anyOf('r.name', 'r.path', 'r.host'),
  },
  upstream: {
    action: 'routes.read',
    id: 's.id',
    title: 's.name',
    detail: 's.url',
    status: 'null',
    from: 'upstreams s',
    isOwned: false,
    named: anyOf('s.name', 's.url'),
  },
  invite: {
    action: 'invites.manage',
    id: 'i.id',
    title: 'i.email',
    detail: 'i.role',
    status: 'null',
    from: 'invites i',
    isOwned: false,
    named: anyOf('i.email'),
  },
  mail: {
    action: 'mails.read',
    id: 'm.id',
    title: 'm.subject',
    detail: 'm."to"',
    status: 'm.status',
    from: 'mails m',
    isOwned: false,
    isNewestFirst: true,
    named: anyOf('m."to"', 'm.subject'),
  },
  request: {
    action: 'usage.read',
    id: 'e.id',
    title: `e.method || ' ' || e.path`,
    detail: 'e.refusal_code',
    status: 'e.status::text',
    from: 'usage_events e left join users u on u.id = e.user_id',
    isOwned: true,
    named: anyOf('e.path'),
  },
};

/** Of fewer characters no index knows where in a name they are, so they are looked for at its start alone. */
export const partCharsMin = 3;

/** Few have these tables, so each row is looked at. */
function anyOf(...columns: readonly string[]): Source['named'] {
  const any = (test: string, value: string): Condition => [
    `(${columns.map((column) => `${column} ${test}`).join(' or ')})`,
    ...columns.map(() => value),
  ];
  return (q) => [
    [any('= ?', q)],
    [any('ilike ?', startPattern(q))],
    [any('ilike ?', likePattern(q))],
  ];
}

/** Of very many users, by their indexes alone, each of which knows of one column how it starts. */
function userNamed(q: string): ReturnType<Source['named']> {
  const lower = q.toLowerCase();
  return [
    [['(u.email = ? or u.username = ? or u.external_id = ?)', lower, lower, q]],
    ['u.email', 'u.username', 'lower(u.name)', 'lower(u.external_id)'].map((column) => [
      `${column} like ?`,
      startPattern(lower),
    ]),
    [['u.search_text like ?', likePattern(lower)]],
  ];
}

/** Of so many that fit, the best are chosen: of very many, choosing would take longer than anybody waits. */
const candidatesMax = 50;

interface Row extends Omit<Found, 'user'> {
  userId: string | null;
  userEmail: string;
  userRole: UserRole;
}

/**
 * Finds by id, or by part of a name: what is called just so first, then what starts so, then what holds it.
 *
 * @param limit of each source
 */
export async function selectFound(
  ctx: DomainContext,
  names: readonly SourceName[],
  sought: string | { id: string },
  limit: number,
): Promise<Found[]> {
  const selects = names.flatMap((name) => select(ctx, name, sought, limit));
  if (selects.length === 0) return [];
  const rows: Row[] = await ctx.em.execute(
    selects.map(([sql]) => `(${sql})`).join(' union all '),
    selects.flatMap(([, ...values]) => values),
  );
  return rows.map(({ kind, id, title, detail, status, ...row }) => ({
    kind,
    id,
    title,
    detail,
    status,
    user: row.userId === null ? null : { id: row.userId, email: row.userEmail, role: row.userRole },
  }));
}

function select(
  ctx: DomainContext,
  name: SourceName,
  sought: string | { id: string },
  limit: number,
): [] | [Condition] {
  const source = sources[name];
  const visible = visibleTo(ctx, name, source);
  if (visible === null) return [];
  const [visibleSql, ...visibleValues] = visible;
  const owner = source.isOwned
    ? 'u.id as "userId", u.email as "userEmail", u.role as "userRole"'
    : 'null::uuid as "userId", null as "userEmail", null as "userRole"';
  const columns = `'${name}' as kind, ${source.id}::text as id, ${source.title} as title, ${source.detail} as detail,
    ${source.status} as status, ${owner}`;
  const branch = (rank: number, [sql, ...values]: Condition): Condition => [
    `(select ${columns}, ${rank} as rank from ${source.from} where ${sql} and ${visibleSql}
      ${source.isNewestFirst ? `order by ${source.id} desc` : ''} limit ${candidatesMax})`,
    ...values,
    ...visibleValues,
  ];
  const branches =
    typeof sought === 'string'
      ? source
          .named(sought)
          .slice(0, sought.length < partCharsMin ? 2 : 3)
          .flatMap((any, rank) => any.map((condition) => branch(rank, condition)))
      : [branch(0, byId(name, source, sought.id))];
  return [
    [
      `select kind, id, title, detail, status, "userId", "userEmail", "userRole" from (
        select distinct on (id) * from (${branches.map(([sql]) => sql).join(' union all ')}) c order by id, rank
      ) d order by rank, ${source.isNewestFirst ? 'id desc' : 'length(title), title'} limit ?`,
      ...branches.flatMap(([, ...values]) => values),
      limit,
    ],
  ];
}

/** What of a source the caller may see. @returns null for nothing */
function visibleTo({ actor }: DomainContext, name: SourceName, source: Source): Condition | null {
  const reach = reachOf(actor, source.action);
  if (reach === 'none' || actor.kind === 'anonymous') return null;
  if (reach === 'any') {
    const seesAll = name !== 'plan' || reachOf(actor, 'plans.read_disabled') !== 'none';
    return [seesAll ? 'true' : 'p.enabled'];
  }
  if (!source.isOwned || actor.kind !== 'user') return null;
  return reach === 'own' ? ['u.id = ?', actor.id] : [`(u.id = ? or u.role = 'customer')`, actor.id];
}

const dayMs = 86_400_000;
/** The end of the years that SQL can read. */
const lastMs = Date.UTC(9999, 11, 31);

function byId(name: SourceName, source: Source, id: string): Condition {
  if (name !== 'request') return [`${source.id} = ?`, id];
  // The id tells when the request came, to within a day at the least, and thereby the partitions to look into.
  const atMs = timeOfId(id).getTime();
  const until = new Date(Math.min(atMs + dayMs, lastMs));
  return ['e.id = ? and e.at between ? and ?', id, new Date(atMs - dayMs), until];
}
