import type { Queryable } from '../queryable.ts';
import { latencyBucketBoundsUs } from './latency-histogram.ts';
import type { UsageRecord } from './usage-record.ts';

/** Units counted for one user in one period, as the database has them after a batch. */
export interface QuotaCount {
  userId: string;
  periodStart: string;
  units: number;
}

const outcome = `case when refusal_code is not null then 'refused'
  when status between 200 and 299 then '2xx'
  when status between 300 and 399 then '3xx'
  when status between 400 and 499 then '4xx'
  else '5xx' end`;

const histogram = `array[${Array.from(
  { length: latencyBucketBoundsUs.length + 1 },
  (_, bucket) => `count(*) filter (where bucket = ${bucket})`,
).join(', ')}]`;

function rollup(table: 'usage_hours' | 'usage_days', column: 'hour' | 'day', bucketOf: string) {
  return `insert into ${table} as t
    (${column}, user_id, key_id, route_id, outcome, requests, units, bytes_in, bytes_out, latency_us, latency_histogram)
    select ${bucketOf}, user_id, key_id, route_id, outcome, count(*), sum(units), sum(bytes_in), sum(bytes_out),
      sum(latency_us), ${histogram}
    from measured group by 1, 2, 3, 4, 5
    order by 1, 2, 3, 4, 5
    on conflict (${column}, user_id, key_id, route_id, outcome) do update set
      requests = t.requests + excluded.requests,
      units = t.units + excluded.units,
      bytes_in = t.bytes_in + excluded.bytes_in,
      bytes_out = t.bytes_out + excluded.bytes_out,
      latency_us = t.latency_us + excluded.latency_us,
      latency_histogram = usage_histogram_add(t.latency_histogram, excluded.latency_histogram)`;
}

/**
 * One statement, hence one transaction: what is new among the events goes into the log, the rollups, the quota and the
 * keys' last use together. Users are share-locked first, so that a deletion either removes a user's events or keeps
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
  measured as (
    select *, ${outcome} as outcome,
      width_bucket(latency_us, array[${latencyBucketBoundsUs.join(', ')}]::bigint[]) as bucket
    from inserted
  ),
  hours as (${rollup('usage_hours', 'hour', `date_trunc('hour', at, 'UTC')`)}),
  days as (${rollup('usage_days', 'day', `(at at time zone 'UTC')::date`)}),
  locked_keys as (
    select id from keys where id in (select key_id from inserted) order by id for no key update
  ),
  used_keys as (
    update keys set last_used_at = greatest(keys.last_used_at, used.at)
    from (select key_id, max(at) as at from inserted where key_id is not null group by 1) as used
    where keys.id = used.key_id and keys.id in (select id from locked_keys)
  ),
  counted as (
    insert into quota_periods as t (user_id, period_start, units)
    select user_id, period_start, sum(units) from inserted
    where user_id is not null and period_start is not null group by 1, 2 order by 1, 2
    on conflict (user_id, period_start) do update set units = t.units + excluded.units
    returning user_id, period_start, units
  )
  select user_id as "userId", to_char(period_start, 'YYYY-MM-DD') as "periodStart", units::text as units from counted`;

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
  const column = (of: (record: UsageRecord) => string | number | null) => arrayText(records, of);
  const { rows } = await db.query<{ userId: string; periodStart: string; units: string }>(
    ingestStatement,
    [
      column((r) => r.id),
      column((r) => new Date(r.atMs).toISOString()),
      column((r) => r.userId),
      column((r) => r.keyId),
      column((r) => r.planId),
      column((r) => r.routeId),
      column((r) => r.method),
      column((r) => r.path),
      column((r) => r.status),
      column((r) => r.refusalCode),
      column((r) => r.units),
      column((r) => r.periodStart),
      column((r) => r.bytesIn),
      column((r) => r.bytesOut),
      column((r) => r.latencyUs),
      column((r) => r.upstreamLatencyUs),
      column((r) => r.ip),
      column((r) => r.userAgent),
      column((r) => (r.decision === null ? null : JSON.stringify(r.decision))),
    ],
  );
  return rows.map((row) => ({ ...row, units: Number(row.units) }));
}

/** A column as the text of a PostgreSQL array; the client would take several times as long to make it from a list. */
function arrayText(
  records: readonly UsageRecord[],
  of: (record: UsageRecord) => string | number | null,
): string {
  let text = '{';
  for (const record of records) {
    const value = of(record);
    if (text.length > 1) text += ',';
    if (value === null) text += 'NULL';
    else if (typeof value === 'number') text += value;
    else text += quoted(value);
  }
  return `${text}}`;
}

function quoted(text: string): string {
  const isPlain = !text.includes('"') && !text.includes('\\');
  return isPlain ? `"${text}"` : `"${text.replaceAll(special, String.raw`\$&`)}"`;
}
