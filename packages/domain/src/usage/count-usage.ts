import { latencyBucketBoundsUs } from './latency-histogram.ts';

/** SQL for what became of a request, by its columns. */
export const outcome = `case when refusal_code is not null then 'refused'
  when status between 200 and 299 then '2xx'
  when status between 300 and 399 then '3xx'
  when status between 400 and 499 then '4xx'
  else '5xx' end`;

/** The outcomes that count as errors. */
const isError = `outcome in ('4xx', '5xx', 'refused')`;

/** How events that were sent in, and not seen by a proxy, stand among the requests. */
export const meteredMethod = 'METER';

const histogram = `array[${Array.from(
  { length: latencyBucketBoundsUs.length + 1 },
  (_, bucket) => `count(*) filter (where bucket = ${bucket})`,
).join(', ')}]`;

const hour = { column: 'hour', of: `date_trunc('hour', at, 'UTC')` };
const day = { column: 'day', of: `(at at time zone 'UTC')::date` };

/** Adds to a rollup by time and by `dimensions`. Rows are written in the order of their keys. */
function rollup(table: string, { column, of }: typeof hour, dimensions: readonly string[]): string {
  const key = [column, ...dimensions].join(', ');
  const positions = Array.from({ length: dimensions.length + 1 }, (_, at) => at + 1).join(', ');
  return `insert into ${table} as t
    (${key}, requests, units, bytes_in, bytes_out, latency_us, latency_histogram)
    select ${[of, ...dimensions].join(', ')}, count(*), sum(units), sum(bytes_in), sum(bytes_out), sum(latency_us),
      ${histogram}
    from measured group by ${positions}
    order by ${positions}
    on conflict (${key}) do update set
      requests = t.requests + excluded.requests,
      units = t.units + excluded.units,
      bytes_in = t.bytes_in + excluded.bytes_in,
      bytes_out = t.bytes_out + excluded.bytes_out,
      latency_us = t.latency_us + excluded.latency_us,
      latency_histogram = usage_histogram_add(t.latency_histogram, excluded.latency_histogram)`;
}

/**
 * Adds to the sums of a quota period, by columns that begin with it or with its user.
 *
 * @param bits what is kept beside the sums, a bit for each thing that was there
 */
function periodSums(
  table: string,
  key: string,
  condition: string,
  bits?: { column: string; of: string },
): string {
  const positions = key
    .split(', ')
    .map((_, at) => at + 1)
    .join(', ');
  return `insert into ${table} as t (${key}, units, requests, errors, bytes_in, bytes_out${bits ? `, ${bits.column}` : ''})
    select ${key}, sum(units), count(*), count(*) filter (where ${isError}), sum(bytes_in), sum(bytes_out)${bits ? `, ${bits.of}` : ''}
    from measured where ${condition} group by ${positions} order by ${positions}
    on conflict (${key}) do update set
      units = t.units + excluded.units,
      requests = t.requests + excluded.requests,
      errors = t.errors + excluded.errors,
      bytes_in = t.bytes_in + excluded.bytes_in,
      bytes_out = t.bytes_out + excluded.bytes_out${bits ? `, ${bits.column} = t.${bits.column} | excluded.${bits.column}` : ''}`;
}

/** Rows `inserted` with what they are counted by. @param shard SQL for the row that totals are added to */
function measured(shard: string): string {
  return `measured as (
    select *, ${outcome} as outcome, ${shard} as shard,
      case when method <> '${meteredMethod}'
        then width_bucket(latency_us, array[${latencyBucketBoundsUs.join(', ')}]::bigint[]) end as bucket
    from inserted
  )`;
}

const byTime = {
  hours: rollup('usage_hours', hour, ['user_id', 'key_id', 'route_id', 'plan_id', 'outcome']),
  days: rollup('usage_days', day, ['user_id', 'key_id', 'route_id', 'plan_id', 'outcome']),
  totalHours: rollup('usage_total_hours', hour, ['route_id', 'plan_id', 'outcome', 'shard']),
  totalDays: rollup('usage_total_days', day, ['route_id', 'plan_id', 'outcome', 'shard']),
};

const lastUses = `select key_id, max(at) as at from inserted where key_id is not null group by 1`;
const useKeys = (uses: string): string =>
  `update keys set last_used_at = greatest(keys.last_used_at, used.at) from ${uses} as used
    where keys.id = used.key_id`;
const markActive = `insert into usage_activity as t (user_id, last_at)
    select user_id, max(at) from inserted where user_id is not null group by 1 order by 1
    on conflict (user_id) do update set last_at = greatest(t.last_at, excluded.last_at)`;
const countKeys = periodSums(
  'usage_key_periods',
  'period_start, user_id, key_id',
  'user_id is not null and period_start is not null and key_id is not null',
);
const countQuota = periodSums(
  'quota_periods',
  'user_id, period_start',
  'user_id is not null and period_start is not null',
  { column: 'days', of: `bit_or(1 << (extract(day from at at time zone 'UTC')::integer - 1))` },
);

/**
 * What goes after a clause `inserted`, rows that are new in usage_events: the clauses that count them in every rollup,
 * the quota, the keys' and the users' last use. `counted` is the quota as it is then.
 */
export const countClauses = `${measured('(select usage_shard())')},
  hours as (${byTime.hours}),
  days as (${byTime.days}),
  total_hours as (${byTime.totalHours}),
  total_days as (${byTime.totalDays}),
  locked_keys as (
    select used.key_id, used.at from (${lastUses}) as used join keys on keys.id = used.key_id
    order by used.key_id for no key update of keys
  ),
  used_keys as (${useKeys('locked_keys')}),
  active_users as (${markActive}),
  counted_keys as (${countKeys}),
  counted as (${countQuota} returning user_id, period_start, units)`;

/** A statement that counts the requests of usage_events in one table, where nobody else is counting. */
function countOf(statement: string, condition = ''): string {
  return `with inserted as (select * from usage_events ${condition}), ${measured('0')} ${statement}`;
}

/** Statements that count a day's requests by time, where none was counted. @param date `2026-11-21` */
export function countOfDay(date: string): string[] {
  const from = `'${date} 00:00Z'::timestamptz`;
  const condition = `where at >= ${from} and at < ${from} + interval '24 hours'`;
  return Object.values(byTime).map((statement) => countOf(statement, condition));
}

/** Statements that count all requests in quotas, keys' and users' last use, where none was counted. */
export const countOfPeriods = [useKeys(`(${lastUses})`), markActive, countKeys, countQuota].map(
  (statement) => countOf(statement),
);
