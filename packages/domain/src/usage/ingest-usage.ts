import { textOfCount } from '../gateway/text-of-count.ts';
import type { Queryable } from '../queryable.ts';
import { countClauses } from './count-usage.ts';
import type { UsageRecord } from './usage-record.ts';

/** Units counted for one user in one period, as the database has them after a batch. */
export interface QuotaCount {
  userId: string;
  periodStart: string;
  units: number;
}

/**
 * One statement, hence one transaction: what is new among the events goes into the log, the rollups, the quota and the
 * last use of keys and users together. The counts come back as one text, because a row for each user would cost more than
 * all the rest of the answer. Users are share-locked first, so that a deletion either removes a user's events or keeps
 * them out. Rows are written in the order of their keys everywhere, so that batches which overlap cannot wait for each
 * other in a circle.
 */
const ingestStatement = `with
  given as (
    select * from unnest(
      $1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
      $9::smallint[], $10::text[], $11::integer[], $12::date[], $13::bigint[], $14::bigint[], $15::bigint[],
      $16::bigint[], $17::text[], $18::text[], $19::jsonb[]
    ) as t(id, at, user_id, key_id, plan_id, route_id, method, path, status, refusal_code, units, period_start,
      bytes_in, bytes_out, latency_us, upstream_latency_us, ip, user_agent, decision)
  ),
  live_users as (
    select id from users where id in (select user_id from given) order by id for key share
  ),
  inserted as (
    insert into usage_events
      (id, at, user_id, key_id, plan_id, route_id, method, path, status, refusal_code, units, period_start,
       bytes_in, bytes_out, latency_us, upstream_latency_us, ip, user_agent, decision)
    select * from given where user_id is null or user_id in (select id from live_users) order by id
    on conflict do nothing
    returning *
  ),
  ${countClauses}
  select string_agg(concat_ws(' ', user_id, to_char(period_start, 'YYYY-MM-DD'), units), ',') as counts from counted`;

const dayMs = 86_400_000;
const special = /["\\]/g;

/**
 * Stores a batch of usage records. Records whose id is stored already change nothing, so a batch may be sent again
 * after any failure. Records of users that no longer exist are dropped.
 *
 * @returns the quota counts of the users whose count changed.
 */
export async function ingestUsage(
  db: Queryable,
  records: readonly UsageRecord[],
): Promise<QuotaCount[]> {
  if (records.length === 0) return [];
  const days = new Set(records.map(({ atMs }) => Math.floor(atMs / dayMs)));
  await db.query('select usage_events_ensure_day(day) from unnest($1::date[]) as day', [
    [...days].map((day) => new Date(day * dayMs).toISOString().slice(0, 10)),
  ]);
  const textOf = isoTexts();
  const column = (of: (record: UsageRecord) => string | null) => arrayText(records, of);
  const numberColumn = (of: (record: UsageRecord) => number | null) => {
    return arrayText(records, (record) => digitsOf(of(record)));
  };
  const textColumn = (of: (record: UsageRecord) => string | null) => {
    return arrayText(records, (record) => quoted(of(record)));
  };
  const { rows } = await db.query<{ counts: string | null }>(ingestStatement, [
    column((r) => r.id),
    column((r) => textOf(r.atMs)),
    column((r) => r.userId),
    column((r) => r.keyId),
    column((r) => r.planId),
    column((r) => r.routeId),
    textColumn((r) => r.method),
    textColumn((r) => r.path),
    numberColumn((r) => r.status),
    textColumn((r) => r.refusalCode),
    numberColumn((r) => r.units),
    column((r) => r.periodStart),
    numberColumn((r) => r.bytesIn),
    numberColumn((r) => r.bytesOut),
    numberColumn((r) => r.latencyUs),
    numberColumn((r) => r.upstreamLatencyUs),
    textColumn((r) => r.ip),
    textColumn((r) => r.userAgent),
    textColumn((r) => (r.decision === null ? null : JSON.stringify(r.decision))),
  ]);
  return (rows[0]?.counts?.split(',') ?? []).map((count) => {
    const [userId = '', periodStart = '', units] = count.split(' ');
    return { userId, periodStart, units: Number(units) };
  });
}

/** Makes the ISO 8601 text of a time; for many times in one second that takes a fifth of what a `Date` for each would. */
function isoTexts(): (atMs: number) => string {
  let second = Number.NaN;
  let untilMs = '';
  return (atMs) => {
    const at = Math.floor(atMs / 1000);
    if (at !== second) {
      second = at;
      untilMs = new Date(at * 1000).toISOString().slice(0, -'000Z'.length);
    }
    return `${untilMs}${textOfCount(Math.floor(atMs) - at * 1000).padStart(3, '0')}Z`;
  };
}

/** A column as the text of a PostgreSQL array; the client would take several times as long to make it from a list. */
function arrayText(
  records: readonly UsageRecord[],
  of: (record: UsageRecord) => string | null,
): string {
  return `{${records.map((record) => of(record) ?? 'NULL').join(',')}}`;
}

function digitsOf(count: number | null): string | null {
  return count === null ? null : textOfCount(count);
}

/** A text as it stands in such an array; ids, times and dates need no quotes. */
function quoted(text: string | null): string | null {
  if (text === null) return null;
  const isPlain = !text.includes('"') && !text.includes('\\');
  return isPlain ? `"${text}"` : `"${text.replaceAll(special, String.raw`\$&`)}"`;
}
