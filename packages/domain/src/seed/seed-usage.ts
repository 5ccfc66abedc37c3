import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { countOfDay, countOfPeriods } from '../usage/count-usage.ts';
import {
  dayMs,
  eventColumns,
  eventLines,
  keyColumns,
  keyLines,
  planIds,
  routeCount,
  routeId,
  userColumns,
  userLines,
  yearMs,
} from './seed-rows.ts';

/** Days of history that are made. */
export const seedDays = 30;
const usersAtOnce = 25_000;
const linesAtOnce = 500;

export interface SeedOptions {
  users: number;
  events: number;
  /** The end of the history, a midnight in UTC. */
  until: Date;
  /** Told after each step. */
  onProgress: (done: { users: number; events: number }) => void;
}

const upstreamId = '01900000-0000-7000-8002-000000000000';

/**
 * Fills a database with users and their requests, the same for the same numbers: few users send most of the requests,
 * a third has two keys. Requests are copied in and then counted by the statements that count those of the proxy. Nobody
 * has the keys' secrets, and none of them wants alerts.
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

async function seed(db: Client, { users, events, until, onProgress }: SeedOptions): Promise<void> {
  const { rows } = await db.query(`select from plans where slug = 'seed-starter'`);
  if (rows.length > 0) throw new Error('This database was seeded before. Use an empty one.');
  for (const setting of ['synchronous_commit = off', `work_mem = '256MB'`, 'jit = off']) {
    await db.query(`set ${setting}`);
  }
  const fromMs = Math.floor(until.getTime() / dayMs - seedDays) * dayMs;
  const shape = { users, yearStartMs: fromMs - yearMs };
  const perUser = Math.max(1, Math.ceil(events / users));
  await seedPlansAndRoutes(db, perUser, new Date(shape.yearStartMs));
  for (let from = 0; from < users; from += usersAtOnce) {
    const to = Math.min(users, from + usersAtOnce);
    await copyInto(db, `users (${userColumns})`, userLines(shape, from, to));
    await copyInto(db, `keys (${keyColumns})`, keyLines(shape, from, to));
    onProgress({ users: to, events: 0 });
  }
  for (let day = 0; day < seedDays; day += 1) {
    const from = Math.floor((events * day) / seedDays);
    const to = Math.floor((events * (day + 1)) / seedDays);
    const startMs = fromMs + day * dayMs;
    const date = new Date(startMs).toISOString().slice(0, 10);
    await db.query('select usage_events_ensure_day($1::date)', [date]);
    await copyInto(db, `usage_events (${eventColumns})`, eventLines(shape, from, to, startMs));
    for (const statement of countOfDay(date)) await db.query(statement);
    onProgress({ users, events: to });
  }
  await wantNoAlerts(db);
  for (const statement of countOfPeriods) await db.query(statement);
  await db.query('vacuum analyze');
}

/** Or the control plane would write thousands of mails to people who do not exist. */
async function wantNoAlerts(db: Client): Promise<void> {
  await db.query(
    `insert into usage_alert_settings (user_id, quota_percents, forecast_percents, email)
     select u.id, '{}', '{}', false from users u join plans p on p.id = u.plan_id where p.slug like 'seed-%'`,
  );
}

async function copyInto(db: Client, target: string, lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(chunksOf(lines)), db.query(copyFrom(`copy ${target} from stdin`)));
}

/** A write for each line would take longer than making the lines. */
function* chunksOf(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length < linesAtOnce) continue;
    yield chunk.join('');
    chunk = [];
  }
  if (chunk.length > 0) yield chunk.join('');
}

async function seedPlansAndRoutes(db: Client, perUser: number, at: Date): Promise<void> {
  await db.query(
    `insert into plans (id, slug, name, price_monthly_cents, currency, requests_per_month, rate_limit_per_minute,
      enforcement, overage_cents_per_1000, trial_days, is_default, enabled, features, created_at, updated_at)
    select t.id::uuid, slug, name, price, 'USD', quota, 600, 'soft', 100, 0, false, true, '{}', $1, $1
    from (values
      ('${planIds.starter}', 'seed-starter', 'Seed Starter', 0, $2::bigint * 3 / 2),
      ('${planIds.growth}', 'seed-growth', 'Seed Growth', 2900, $2::bigint * 10),
      ('${planIds.scale}', 'seed-scale', 'Seed Scale', 49900, null)
    ) as t(id, slug, name, price, quota)`,
    [at, perUser],
  );
  await db.query(
    `insert into upstreams (id, name, url, connect_timeout_ms, response_timeout_ms, idle_timeout_ms, connections_max,
      created_at, updated_at)
    values ('${upstreamId}', 'seed', 'http://seed.invalid', 5000, 30000, 60000, 256, $1, $1)`,
    [at],
  );
  const routes = Array.from({ length: routeCount }, (_, n) => [routeId(n), n] as const);
  for (const [id, n] of routes) {
    await db.query(
      `insert into routes (id, name, methods, path, upstream_id, required_scopes, auth_required, priority, enabled,
        cost, created_at, updated_at)
      values ($1, 'seed ' || $2, '{}', '/seed/' || $2 || '/*', '${upstreamId}', '{}', true, 0, true, 1, $3, $3)`,
      [id, String(n), at],
    );
  }
}
