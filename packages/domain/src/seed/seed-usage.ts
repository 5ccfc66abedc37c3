import { Client } from 'pg';
import type { Queryable } from '../queryable.ts';
import { countClauses } from '../usage/count-usage.ts';

/** Days of history that are made. */
export const seedDays = 30;
const dayMs = 86_400_000;
const usersAtOnce = 10_000;
const digits = 12;

export interface SeedOptions {
  users: number;
  events: number;
  /** The end of the history, a midnight in UTC. */
  until: Date;
  /** Told after each step. */
  onProgress: (done: { users: number; events: number }) => void;
}

/** A number from 0 up to 1, the same for the same `n`. @param salt which of several numbers of one `n` */
const uniform = (n: string, salt: number) =>
  `((hashint8extended(${n}, ${salt}) & 4503599627370495) / 4503599627370496::float8)`;

/** An id in the form of a UUIDv7: milliseconds since 1970, a letter for what it is of, a number. */
const idOf = (ms: string, kind: 'a' | 'b' | 'e', n: string) =>
  `(lpad(to_hex(${ms}::bigint), 12, '0') || '7000' || '8${kind}00' || lpad(to_hex(${n}::bigint), ${digits}, '0'))::uuid`;

const planId = (n: number) => `01900000-0000-7000-8000-00000000000${n}`;
const routeId = (n: string) => `('01900000-0000-7000-8001-' || lpad((${n})::text, 12, '0'))::uuid`;
const upstreamId = '01900000-0000-7000-8002-000000000000';
/** Users were made over the year before the history. */
const yearMs = 365 * dayMs;

/**
 * Fills a database with users and their requests, the same for the same numbers: few users send most of the requests,
 * a third has two keys. What is counted is counted by the clauses that count the requests of the proxy. Nobody has the
 * keys' secrets.
 *
 * @param url of a migrated database
 * @throws Error when the database has been seeded before
 */
export async function seedUsage(url: string, options: SeedOptions): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await seed(client, options);
  } finally {
    await client.end();
  }
}

async function seed(
  db: Queryable,
  { users, events, until, onProgress }: SeedOptions,
): Promise<void> {
  const { rows } = await db.query(`select from plans where slug = 'seed-starter'`);
  if (rows.length > 0) throw new Error('This database was seeded before. Use an empty one.');
  for (const setting of ['synchronous_commit = off', `work_mem = '256MB'`, 'jit = off']) {
    await db.query(`set ${setting}`);
  }
  const fromMs = Math.floor(until.getTime() / dayMs - seedDays) * dayMs;
  await seedPlansAndRoutes(db, Math.max(1, Math.ceil(events / users)), new Date(fromMs - yearMs));
  for (let from = 0; from < users; from += usersAtOnce) {
    const to = Math.min(users, from + usersAtOnce);
    await db.query(userStatement, [from, to - 1, users, fromMs - yearMs]);
    onProgress({ users: to, events: 0 });
  }
  for (let day = 0; day < seedDays; day += 1) {
    const from = Math.floor((events * day) / seedDays);
    const to = Math.floor((events * (day + 1)) / seedDays);
    const startMs = fromMs + day * dayMs;
    const date = new Date(startMs).toISOString().slice(0, 10);
    await db.query('select usage_events_ensure_day($1::date)', [date]);
    if (to > from) await db.query(eventStatement, [from, to - 1, users, fromMs - yearMs, startMs]);
    onProgress({ users, events: to });
  }
  await db.query('vacuum analyze');
}

async function seedPlansAndRoutes(db: Queryable, perUser: number, at: Date): Promise<void> {
  await db.query(
    `insert into plans (id, slug, name, price_monthly_cents, currency, requests_per_month, rate_limit_per_minute,
      enforcement, overage_cents_per_1000, trial_days, is_default, enabled, features, created_at, updated_at)
    select t.id::uuid, slug, name, price, 'USD', quota, 600, 'soft', 100, 0, false, true, '{}', $1, $1
    from (values
      ('${planId(1)}', 'seed-starter', 'Seed Starter', 0, $2::bigint * 3 / 2),
      ('${planId(2)}', 'seed-growth', 'Seed Growth', 2900, $2::bigint * 10),
      ('${planId(3)}', 'seed-scale', 'Seed Scale', 49900, null)
    ) as t(id, slug, name, price, quota)`,
    [at, perUser],
  );
  await db.query(
    `insert into upstreams (id, name, url, connect_timeout_ms, response_timeout_ms, idle_timeout_ms, connections_max,
      created_at, updated_at)
    values ('${upstreamId}', 'seed', 'http://seed.invalid', 5000, 30000, 60000, 256, $1, $1)`,
    [at],
  );
  await db.query(
    `insert into routes (id, name, methods, path, upstream_id, required_scopes, auth_required, priority, enabled,
      cost, created_at, updated_at)
    select ${routeId('n')}, 'seed ' || n, '{}', '/seed/' || n || '/*', '${upstreamId}', '{}', true, 0, true, 1, $1, $1
    from generate_series(0, 7) as n`,
    [at],
  );
}

/** From 0: how far up the list of users somebody stands, the busiest first. */
const share = '(n / $3::float8)';
/** When a user was made, in milliseconds; the year is filled evenly. */
const madeMs = (n: string) => `($4::bigint + (${n} * ${yearMs} / $3::bigint))`;

/** Parameters: first, last, users in all, begin of their year. */
const userStatement = `with people as (
    insert into users (id, email, name, plan_id, status, role, metadata, created_at, updated_at)
    select ${idOf(madeMs('n'), 'a', 'n')}, 'user-' || lpad(n::text, 7, '0') || '@seed.example', 'Seed ' || n,
      case when ${share} < 0.01 then '${planId(3)}' when ${share} < 0.2 then '${planId(2)}' else '${planId(1)}' end::uuid,
      case when n % 50 = 7 then 'suspended' when n % 50 = 9 then 'pending' else 'active' end, 'customer', '{}',
      to_timestamp(${madeMs('n')} / 1000.0), to_timestamp(${madeMs('n')} / 1000.0)
    from generate_series($1::bigint, $2::bigint) as n
  )
  insert into keys (id, user_id, name, kind, prefix, last_four, digest, scopes, enabled, created_at)
  select ${idOf(madeMs('n'), 'b', 'n * 2 + k')}, ${idOf(madeMs('n'), 'a', 'n')}, 'key ' || k, 'key', 'ak_seed',
    lpad((n % 10000)::text, 4, '0'), 'seed ' || n || ' ' || k, '{}', true, to_timestamp(${madeMs('n')} / 1000.0)
  from generate_series($1::bigint, $2::bigint) as n, generate_series(0, 1) as k where k = 0 or n % 3 = 0`;

/** Parameters: first, last, users in all, begin of their year, begin of the day. */
const eventStatement = `with drawn as (
    select n, floor($3::bigint * power(${uniform('n', 1)}, 3))::bigint as u, ${uniform('n', 2)} as answer,
      ($5::bigint + (n - $1::bigint) * ${dayMs} / ($2::bigint - $1::bigint + 1)) as ms
    from generate_series($1::bigint, $2::bigint) as n
  ),
  inserted as (
    insert into usage_events (id, at, user_id, key_id, plan_id, route_id, method, path, status, refusal_code, units,
      period_start, bytes_in, bytes_out, latency_us, upstream_latency_us, ip, user_agent)
    select ${idOf('ms', 'e', 'n')}, to_timestamp(ms / 1000.0), ${idOf(madeMs('u'), 'a', 'u')},
      ${idOf(madeMs('u'), 'b', `u * 2 + case when u % 3 = 0 and ${uniform('n', 3)} < 0.3 then 1 else 0 end`)},
      case when u / $3::float8 < 0.01 then '${planId(3)}' when u / $3::float8 < 0.2 then '${planId(2)}' else '${planId(1)}' end::uuid,
      ${routeId(`floor(8 * power(${uniform('n', 4)}, 2))::int`)}, case when ${uniform('n', 5)} < 0.8 then 'GET' else 'POST' end,
      '/seed/' || floor(1000 * ${uniform('n', 6)}),
      case when answer < 0.92 then 200 when answer < 0.93 then 304 when answer < 0.97 then 404
        when answer < 0.985 then 500 else 429 end,
      case when answer >= 0.985 then 'rate_limited' end, case when answer >= 0.985 then 0 else 1 end,
      date_trunc('month', to_timestamp(ms / 1000.0) at time zone 'UTC')::date, 200,
      floor(4000 * ${uniform('n', 7)})::bigint, floor(1500 * exp(6 * power(${uniform('n', 8)}, 3)))::bigint,
      floor(1400 * exp(6 * power(${uniform('n', 8)}, 3)))::bigint, '192.0.2.1', 'seed'
    from drawn
    returning *
  ),
  ${countClauses}
  select count(*) from counted`;
