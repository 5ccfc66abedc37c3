import { createHash } from 'node:crypto';
import {
  looksLikeId,
  meterDays,
  meterEvent,
  type ErrorCode,
  type FieldError,
  type MeteredEvent,
  type MeteredEvents,
  type meterEventsInput,
  type Parsed,
} from '@apigate/contract';
import { v7 } from 'uuid';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import type { Queryable } from '../queryable.ts';
import type { KeyGate } from '../verification/key-gate.ts';
import { meteredMethod } from './count-usage.ts';
import { ingestUsage, type QuotaCount } from './ingest-usage.ts';
import type { UsageRecord } from './usage-record.ts';

const dayMs = 86_400_000;
/** How far the clocks of others may be ahead of ours. */
const aheadMs = 5 * 60_000;

interface Subject {
  id: string;
  planId: string;
  externalId: string | null;
  email: string;
  username: string | null;
}

/** An event that will be counted if it is new. */
interface Candidate {
  /** Of source and id, by which it is known again. */
  digest: string;
  record: UsageRecord;
}

/**
 * Counts what happened outside the proxy: in the log, every rollup and the quota rows by which the proxy decides, all
 * in one transaction. What has happened is counted past a hard limit too; the proxy refuses from then on.
 *
 * @returns what became of each event, in their order
 */
export async function meterEvents(
  { actor, now, origin }: DomainContext,
  gate: KeyGate,
  input: Parsed<typeof meterEventsInput>,
): Promise<MeteredEvents> {
  authorize(actor, 'usage.meter');
  const parsed = input.events.map((given) => meterEvent.safeParse(given));
  const { answers, counts } = await gate.transact(async (db) => {
    const refs = parsed.flatMap(({ data }) => (data === undefined ? [] : [data.subject]));
    const findSubject = await loadSubjects(db, refs);
    const seen = new Set<string>();
    const judged = parsed.map(({ success, data, error }, at): MeteredEvent | Candidate => {
      const given = input.events[at];
      if (!success) {
        const errors = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
        return refused(given, 'bad_request', errors);
      }
      const atMs = data.time === undefined ? now.getTime() : Date.parse(data.time);
      const fault = faultOfTime(atMs, now.getTime());
      if (fault !== null) return refused(given, 'bad_request', [{ path: 'time', message: fault }]);
      const subject = findSubject(data.subject);
      if (subject === undefined) {
        const message = 'there is no such user';
        return refused(given, 'not_found', [{ path: 'subject', message }]);
      }
      return {
        digest: createHash('sha256').update(`${data.source}\n${data.id}`).digest('hex'),
        record: recordOf(data.type, data.data.units, subject, atMs, origin?.ip ?? null),
      };
    });
    const candidates = judged
      .filter((one) => 'digest' in one)
      .filter(({ digest }) => {
        const isFirst = !seen.has(digest);
        seen.add(digest);
        return isFirst;
      });
    const known = await claim(db, candidates, now);
    const isNew = ({ digest, record }: Candidate) => known.get(digest) === record.id;
    const counted = await ingestUsage(
      db,
      candidates.filter(isNew).map(({ record }) => record),
    );
    await tellOfFullQuotas(db, counted);
    return {
      counts: counted,
      answers: judged.map((one, at): MeteredEvent => {
        if (!('digest' in one)) return one;
        const usageEventId = known.get(one.digest);
        const given = input.events[at];
        if (usageEventId === undefined) {
          return refused(given, 'not_found', [
            { path: 'subject', message: 'there is no such user' },
          ]);
        }
        return {
          ...named(given),
          status: isNew(one) ? 'counted' : 'duplicate',
          usageEventId,
          code: null,
          errors: [],
        };
      }),
    };
  });
  for (const { userId, periodStart, units } of counts) {
    gate.counters.open(userId, periodStart, units);
  }
  const countOf = (status: MeteredEvent['status']) =>
    answers.filter((answer) => answer.status === status).length;
  return {
    counted: countOf('counted'),
    duplicates: countOf('duplicate'),
    refused: countOf('refused'),
    data: answers,
  };
}

function faultOfTime(atMs: number, nowMs: number): string | null {
  if (atMs > nowMs + aheadMs) return 'lies in the future';
  return atMs <= nowMs - meterDays * dayMs ? `lies more than ${meterDays} days back` : null;
}

function recordOf(
  type: string,
  units: number,
  { id: userId, planId }: Subject,
  atMs: number,
  ip: string | null,
): UsageRecord {
  return {
    id: v7({ msecs: atMs }),
    atMs,
    userId,
    keyId: null,
    planId,
    routeId: null,
    method: meteredMethod,
    path: type,
    status: 200,
    refusalCode: null,
    units,
    periodStart: quotaPeriodAt(atMs).start,
    bytesIn: 0,
    bytesOut: 0,
    latencyUs: 0,
    upstreamLatencyUs: null,
    ip,
    userAgent: null,
    decision: null,
  };
}

/** Finds users as every surface does: by id, external id, e-mail address or username. */
async function loadSubjects(
  db: Queryable,
  refs: readonly string[],
): Promise<(ref: string) => Subject | undefined> {
  const ids = refs.filter(looksLikeId);
  const { rows } = await db.query<Subject>(
    `select id, plan_id as "planId", external_id as "externalId", email, username from users
    where id = any($1::uuid[]) or email = any($2::text[]) or external_id = any($3::text[]) or username = any($2::text[])`,
    [ids, refs.map((ref) => ref.toLowerCase()), refs],
  );
  const by = (nameOf: (user: Subject) => string | null) =>
    new Map(rows.map((user) => [nameOf(user), user]));
  const [byId, byEmail] = [by((user) => user.id), by((user) => user.email)];
  const [byExternalId, byUsername] = [by((user) => user.externalId), by((user) => user.username)];
  return (ref) => {
    const lower = ref.toLowerCase();
    if (looksLikeId(ref)) return byId.get(lower);
    return ref.includes('@')
      ? byEmail.get(lower)
      : (byExternalId.get(ref) ?? byUsername.get(lower));
  };
}

/**
 * Notes which events there have been. Users are locked, so that a deletion waits or has come before.
 *
 * @returns the usage event of each digest: the candidate's own where it is new; none where the user has gone
 */
async function claim(
  db: Queryable,
  candidates: readonly Candidate[],
  now: Date,
): Promise<Map<string, string>> {
  const digests = candidates.map(({ digest }) => digest);
  await db.query(
    `with given as (
      select decode(digest, 'hex') as digest, event_id, user_id
      from unnest($1::text[], $2::uuid[], $3::uuid[]) as t(digest, event_id, user_id)
    ),
    live as (select id from users where id in (select user_id from given) order by id for key share)
    insert into usage_metered (digest, event_id, user_id, received_at)
    select digest, event_id, user_id, $4 from given where user_id in (select id from live) order by digest
    on conflict do nothing`,
    [
      digests,
      candidates.map(({ record }) => record.id),
      candidates.map(({ record }) => record.userId),
      now,
    ],
  );
  const { rows } = await db.query<{ digest: string; eventId: string }>(
    `select encode(digest, 'hex') as digest, event_id as "eventId" from usage_metered
    where digest in (select decode(d, 'hex') from unnest($1::text[]) as d)`,
    [digests],
  );
  return new Map(rows.map(({ digest, eventId }) => [digest, eventId]));
}

/**
 * Makes the proxies read those users anew whose quota is used up: they count by themselves, and would only hear of
 * these units when they next store a request of that user.
 */
async function tellOfFullQuotas(db: Queryable, counts: readonly QuotaCount[]): Promise<void> {
  await db.query(
    `with full_users as (
      select distinct u.id::text as id from unnest($1::uuid[], $2::bigint[]) as c(user_id, units)
      join users u on u.id = c.user_id join plans p on p.id = u.plan_id
      where u.status = 'pending' or c.units >= p.requests_per_month
    ),
    logged as (insert into change_log (kind, id) select 'user', id from full_users)
    select pg_notify('apigate_changes', 'user:' || id) from full_users`,
    [counts.map(({ userId }) => userId), counts.map(({ units }) => units)],
  );
}

/** What an event that may be anything calls itself. */
function named(given: unknown): Pick<MeteredEvent, 'id' | 'source'> {
  const textOf = (name: string) => {
    const value: unknown = Reflect.get(Object(given), name);
    return typeof value === 'string' ? value.slice(0, 256) : null;
  };
  return { id: textOf('id'), source: textOf('source') };
}

function refused(given: unknown, code: ErrorCode, errors: FieldError[]): MeteredEvent {
  return { ...named(given), status: 'refused', usageEventId: null, code, errors };
}
