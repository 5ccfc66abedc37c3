import type {
  exportUsageInput,
  listUsageEventsInput,
  Page,
  Parsed,
  RefusalCode,
  UsageEvent,
} from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { authorize } from '../access/authorize.ts';
import type { Condition } from '../analytics/compile-filter.ts';
import { usersWhere } from '../analytics/users-where.ts';
import type { DomainContext } from '../context.ts';
import { timeOfId } from '../ids.ts';
import { pageOf, placeAfter } from '../paging.ts';
import { outcome } from './count-usage.ts';
import { usageOwner } from './usage-owner.ts';

const order = 'usage.at';
const rowsPerRead = 500;
const dayMs = 86_400_000;
/** The end of the years that SQL can read. */
const lastMs = Date.UTC(9999, 11, 31);

interface EventRow {
  id: string;
  at: Date;
  userId: string | null;
  userEmail: string | null;
  keyId: string | null;
  keyName: string | null;
  routeId: string | null;
  routeName: string | null;
  method: string;
  path: string;
  status: number;
  refusalCode: RefusalCode | null;
  units: number;
  bytesIn: string;
  bytesOut: string;
  latencyUs: string;
  upstreamLatencyUs: string | null;
  ip: string | null;
  userAgent: string | null;
}

/** Users that are named one by one where they send requests; of more, some have sent one lately. */
const sendersMax = 1000;

/** The condition that an event's user is one for whom an expression holds. */
async function sendersWhere(
  { em, now }: DomainContext,
  filter: string,
  since = new Date(0),
): Promise<Condition> {
  const users = await usersWhere(em, filter, now);
  const senders: { id: string }[] = await em.execute(
    `select u.id from (${users.sql}) u join usage_activity a on a.user_id = u.id
    where a.last_at >= ? limit ?`,
    [...users.values, since, sendersMax + 1],
  );
  if (senders.length === 0) return { sql: 'false', values: [] };
  if (senders.length > sendersMax)
    return { sql: `e.user_id in (${users.sql})`, values: users.values };
  return {
    sql: `e.user_id in (${senders.map(() => '?').join(', ')})`,
    values: senders.map(({ id }) => id),
  };
}

/** What an event is explained by, beside what is shown of it. */
interface EventGround {
  planId: string | null;
  decision: unknown;
}

function eventFromRow(row: EventRow): UsageEvent {
  const { userId, userEmail, keyId, keyName, routeId, routeName, latencyUs, upstreamLatencyUs } =
    row;
  return {
    ...row,
    at: new Date(row.at),
    user: userId === null ? null : { id: userId, email: userEmail ?? '' },
    key: keyId === null ? null : { id: keyId, name: keyName ?? 'deleted key' },
    route: routeId === null ? null : { id: routeId, name: routeName ?? 'deleted route' },
    bytesIn: Number(row.bytesIn),
    bytesOut: Number(row.bytesOut),
    latencyMs: Number(latencyUs) / 1000,
    upstreamLatencyMs: upstreamLatencyUs === null ? null : Number(upstreamLatencyUs) / 1000,
  };
}

/** The select of what is shown of events, newest first. @param source select of rows of usage_events */
function eventsFrom(source: string, more = ''): string {
  return `select e.id, e.at, e.user_id as "userId", u.email as "userEmail", e.key_id as "keyId", k.name as "keyName",
      e.route_id as "routeId", r.name as "routeName", e.method, e.path, e.status, e.refusal_code as "refusalCode",
      e.units, e.bytes_in as "bytesIn", e.bytes_out as "bytesOut", e.latency_us as "latencyUs",
      e.upstream_latency_us as "upstreamLatencyUs", e.ip, e.user_agent as "userAgent"${more}
    from (${source}) e
    left join users u on u.id = e.user_id left join keys k on k.id = e.key_id
    left join routes r on r.id = e.route_id
    order by e.at desc, e.id desc`;
}

/** One request by its id, with how its refusal came about and the plan of that time. */
export async function readUsageEvent(
  em: EntityManager,
  id: string,
): Promise<({ event: UsageEvent } & EventGround) | null> {
  // The id tells when the request came, to within a day at the least, and thereby the partitions to look into.
  const atMs = timeOfId(id).getTime();
  const from = new Date(atMs - dayMs);
  const to = new Date(Math.min(atMs + dayMs, lastMs));
  const [row]: (EventRow & EventGround)[] = await em.execute(
    eventsFrom(
      'select * from usage_events where id = ? and at between ? and ?',
      ', e.plan_id as "planId", e.decision',
    ),
    [id, from, to],
  );
  if (row === undefined) return null;
  const { planId, decision, ...shown } = row;
  return { event: eventFromRow(shown), planId, decision };
}

/**
 * Requests, newest first: of one user, or of all that the caller may see.
 *
 * @throws DomainError not_found, bad_request (filter expression), forbidden (to filter by figures)
 */
export async function listUsageEvents(
  ctx: DomainContext,
  input: Parsed<typeof listUsageEventsInput>,
): Promise<Page<UsageEvent>> {
  const { em } = ctx;
  const owner = await usageOwner(ctx, input.user);
  const conditions: string[] = [];
  const values: unknown[] = [];
  if (owner !== null) {
    conditions.push('e.user_id = ?');
    values.push(owner.id);
  }
  const after = placeAfter(input.cursor, order);
  if (after !== undefined) {
    conditions.push('(e.at, e.id) < (?::timestamptz, ?::uuid)');
    values.push(...after);
  }
  if (input.key !== undefined) {
    conditions.push('e.key_id = ?');
    values.push(input.key);
  }
  if (input.route !== undefined) {
    conditions.push('e.route_id = ?');
    values.push(input.route);
  }
  if (input.outcome !== undefined) {
    conditions.push(`${outcome} = ?`);
    values.push(input.outcome);
  }
  if (input.since !== undefined) {
    conditions.push('e.at >= ?');
    values.push(input.since);
  }
  if (input.until !== undefined) {
    conditions.push('e.at < ?');
    values.push(input.until);
  }
  if (input.refused !== undefined) {
    conditions.push(`e.refusal_code is ${input.refused ? 'not null' : 'null'}`);
  }
  if (input.filter !== undefined) {
    authorize(ctx.actor, 'analytics.read');
    const users = await sendersWhere(ctx, input.filter, input.since);
    conditions.push(users.sql);
    values.push(...users.values);
  }
  const rows: EventRow[] = await em.execute(
    eventsFrom(
      `select * from usage_events e ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by e.at desc, e.id desc limit ?`,
    ),
    [...values, input.limit + 1],
  );
  return pageOf(rows.map(eventFromRow), input.limit, order, ({ at, id }) => [at.toISOString(), id]);
}

/**
 * All requests that are meant, newest first, read as they are asked for. Those that come meanwhile are not among them.
 *
 * @throws DomainError what the list does, before the first request
 */
export async function exportUsageEvents(
  ctx: DomainContext,
  filter: Omit<Parsed<typeof exportUsageInput>, 'format'>,
): Promise<AsyncGenerator<UsageEvent>> {
  const read = (cursor?: string) =>
    listUsageEvents(ctx, {
      ...filter,
      limit: rowsPerRead,
      ...(cursor === undefined ? {} : { cursor }),
    });
  return eventsOf(await read(), read);
}

async function* eventsOf(
  first: Page<UsageEvent>,
  read: (cursor: string) => Promise<Page<UsageEvent>>,
): AsyncGenerator<UsageEvent> {
  for (let page = first; ; page = await read(page.nextCursor)) {
    yield* page.data;
    if (page.nextCursor === null) return;
  }
}
