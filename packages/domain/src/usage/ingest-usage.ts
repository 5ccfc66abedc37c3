import { EncodedUsage } from '../gateway/metering/encoded-usage.ts';
import type { Queryable } from '../queryable.ts';
import { countClauses } from './count-usage.ts';
import type { UsageRecord } from './usage-record.ts';
import { UsageColumns } from './usage-columns.ts';

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
    select id::uuid, to_timestamp(at_ms / 1000) as at, user_id::uuid, key_id::uuid, plan_id::uuid, route_id::uuid, method,
      path, status::smallint, refusal_code, units::integer, period_start::date, bytes_in::bigint, bytes_out::bigint,
      latency_us::bigint, upstream_latency_us::bigint, ip, user_agent, decision::jsonb
    from unnest(
      $1::float8[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
      $10::text[], $11::text[], $12::float8[], $13::float8[], $14::float8[], $15::float8[], $16::float8[], $17::float8[],
      $18::text[], $19::text[]
    ) as t(at_ms, id, user_id, key_id, plan_id, route_id, method, path, period_start, ip, user_agent, status, units,
      bytes_in, bytes_out, latency_us, upstream_latency_us, refusal_code, decision)
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

/**
 * Stores usage records. Those whose id is stored already change nothing, so they may be given again after any failure.
 * Records of users that no longer exist are dropped.
 *
 * @returns the quota counts of the users whose count changed.
 */
export async function ingestUsage(
  db: Queryable,
  records: readonly UsageRecord[],
): Promise<QuotaCount[]> {
  if (records.length === 0) return [];
  const columns = new UsageColumns();
  columns.fill(EncodedUsage.of(records), 0, records.length);
  return ingestColumns(db, columns);
}

/** Stores at least one usage record as `ingestUsage` does. */
export async function ingestColumns(db: Queryable, records: UsageColumns): Promise<QuotaCount[]> {
  await db.query('select usage_events_ensure_day(day) from unnest($1::date[]) as day', [
    records.days,
  ]);
  const { rows } = await db.query<{ counts: string | null }>(ingestStatement, records.values);
  return (rows[0]?.counts?.split(',') ?? []).map((count) => {
    const [userId = '', periodStart = '', units] = count.split(' ');
    return { userId, periodStart, units: Number(units) };
  });
}
