import { MikroORM } from '@mikro-orm/postgresql';
import {
  keyUsageInput,
  listKeysInput,
  listUsageEventsInput,
  listUsersInput,
  routeUsageInput,
  timeseriesInput,
  userUsageInput,
} from '@apigate/contract';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { analyticsKeys } from '../analytics/analytics-keys.ts';
import { analyticsOverview } from '../analytics/analytics-overview.ts';
import { analyticsRoutes } from '../analytics/analytics-routes.ts';
import { analyticsTimeseries } from '../analytics/analytics-timeseries.ts';
import { analyticsUsers } from '../analytics/analytics-users.ts';
import type { DomainContext } from '../context.ts';
import { listKeys } from '../keys/list-keys.ts';
import { ormConfig } from '../orm.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { listUsageEvents } from '../usage/list-usage-events.ts';
import { usageSummary } from '../usage/usage-summary.ts';
import { listUsers } from '../users/list-users.ts';
import { seedUsage } from './seed-usage.ts';

const until = new Date('2026-11-22T00:00:00Z');
const now = new Date('2026-11-21T12:00:00Z');
const nothing = (): void => undefined;
/** More than a plan may read from end to end. */
const users = 11_000;
const events = 22_000;
const scannedRowsMax = 10_000;
const statementsMax = 3;

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
  await seedUsage(domain.url, { users, events, until, onProgress: nothing });
}, 120_000);
afterAll(() => domain[Symbol.asyncDispose]());

test('what is counted adds up to the requests that were made', async () => {
  const { rows } = await domain.db.query(
    `select (select count(*) from users)::int as users, (select count(*) from usage_events)::int as events,
      array(select sum(requests)::int from usage_hours union all select sum(requests)::int from usage_days
        union all select sum(requests)::int from usage_total_hours union all select sum(requests)::int from usage_total_days
        union all select sum(requests)::int from quota_periods union all select sum(requests)::int from usage_key_periods)
        as rollups,
      (select sum(units)::int from usage_events) = (select sum(units)::int from quota_periods) as units_agree`,
  );
  expect(rows).toEqual([{ users, events, rollups: Array(6).fill(events), units_agree: true }]);
});

test('the same numbers give the same data, and no database is seeded twice', async () => {
  const digests = async (database: TestDatabase): Promise<unknown> => {
    const pool = new Pool({ connectionString: database.url });
    const digest = (table: string) =>
      `(select md5(string_agg(md5(t::text), '' order by t::text)) from ${table} t)`;
    const { rows } = await pool.query(
      `select ${['users', 'keys', 'plans', 'routes', 'usage_events', 'usage_hours', 'quota_periods'].map(digest).join(', ')}`,
    );
    await pool.end();
    return rows;
  };
  await using one = await createTestDatabase();
  await using other = await createTestDatabase();
  const numbers = { users: 30, events: 600, until, onProgress: nothing };
  await Promise.all([one, other].map(({ url }) => seedUsage(url, numbers)));
  expect(await digests(one)).toEqual(await digests(other));
  await expect(seedUsage(one.url, numbers)).rejects.toThrow('was seeded before');
});

/** What is about everybody in a month, and may go over that once. */
const ofEverybody: ReadonlySet<string> = new Set([
  'overview of all',
  'keys of all',
  'users by requests',
  'users by quota',
  'users by keys',
  'users by a filter',
]);

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** The tables that a plan reads from end to end, with the rows that it finds there. */
function scansOf(plan: Plan): [string, number][] {
  const inner = (plan.Plans ?? []).flatMap(scansOf);
  if (plan['Node Type'] !== 'Seq Scan') return inner;
  const rows = plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0);
  const table = plan['Relation Name'] ?? '';
  const scans = Array.from({ length: plan['Actual Loops'] }, (): [string, number] => [table, rows]);
  return [...scans, ...inner];
}

const days = (count: number) => new Date(now.getTime() - count * 86_400_000);
const verbs: Record<string, (ctx: DomainContext, user: string) => Promise<unknown>> = {
  'overview of all': (ctx) => analyticsOverview(ctx, {}),
  'overview of a user': (ctx, user) => analyticsOverview(ctx, { user }),
  'summary of a user': (ctx, user) => usageSummary(ctx, { user }),
  'days of all': (ctx) => analyticsTimeseries(ctx, timeseriesInput.parse({})),
  'hours of all': (ctx) => analyticsTimeseries(ctx, timeseriesInput.parse({ from: days(3) })),
  'days of a user': (ctx, user) => analyticsTimeseries(ctx, timeseriesInput.parse({ user })),
  'routes of all': (ctx) => analyticsRoutes(ctx, routeUsageInput.parse({})),
  'keys of all': (ctx) => analyticsKeys(ctx, keyUsageInput.parse({})),
  'keys of a user': (ctx, user) => analyticsKeys(ctx, keyUsageInput.parse({ user })),
  'users by requests': (ctx) => analyticsUsers(ctx, userUsageInput.parse({})),
  'users by quota': (ctx) => analyticsUsers(ctx, userUsageInput.parse({ sort: 'quota_percent' })),
  'users by keys': (ctx) => analyticsUsers(ctx, userUsageInput.parse({ sort: 'keys' })),
  'users by a filter': (ctx) =>
    analyticsUsers(ctx, userUsageInput.parse({ filter: 'quota_percent > 80 and keys = 2' })),
  'list of requests': (ctx) => listUsageEvents(ctx, listUsageEventsInput.parse({})),
  'list of refusals': (ctx) => listUsageEvents(ctx, listUsageEventsInput.parse({ refused: true })),
  'list of requests of a user': (ctx, user) =>
    listUsageEvents(ctx, listUsageEventsInput.parse({ user })),
  'list of users': (ctx) => listUsers(ctx, listUsersInput.parse({})),
  'list of inactive users': (ctx) => listUsers(ctx, listUsersInput.parse({ inactiveDays: 10 })),
  'list of keys of a user': (ctx, user) => listKeys(ctx, listKeysInput.parse({ user })),
};

/** What the server runs for the ORM, with the plans, as it tells the connection itself. */
async function watched(work: (ctx: DomainContext) => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = [];
  const orm = await MikroORM.init({
    ...ormConfig(domain.url),
    driverOptions: {
      onPoolCreated: (pool: Pool) =>
        pool.on('connect', (client) => {
          client.on('notice', ({ message = '' }) => {
            const json = /plan:\n([\s\S]*)$/.exec(message)?.[1];
            if (json !== undefined) plans.push(JSON.parse(json).Plan);
          });
        }),
    },
  });
  // What it asks to connect is none of the verb's.
  await orm.em.execute('select 1');
  plans.length = 0;
  await work({ ...domain.context(system, { now }), em: orm.em.fork() });
  await orm.close(true);
  return plans;
}

test.each(Object.entries(verbs))(
  '%s takes few statements, and goes over no large table that it need not',
  async (verbName, verb) => {
    const name = new URL(domain.url).pathname.slice(1);
    for (const setting of [
      `session_preload_libraries = 'auto_explain'`,
      'auto_explain.log_min_duration = 0',
      'auto_explain.log_analyze = on',
      'auto_explain.log_format = json',
      `client_min_messages = 'log'`,
    ]) {
      await domain.db.query(`alter database "${name}" set ${setting}`);
    }
    const { rows } = await domain.db.query<{ id: string }>(
      `select id from users where name = 'Seed 0'`,
    );
    const plans = await watched((ctx) => verb(ctx, rows[0]?.id ?? ''));
    expect(plans.length).toBeGreaterThan(0);
    expect(plans.length).toBeLessThanOrEqual(statementsMax);
    const scans = plans.flatMap(scansOf).filter(([, scanned]) => scanned > scannedRowsMax);
    if (!ofEverybody.has(verbName)) expect(scans).toEqual([]);
    else expect(new Set(scans.map(([table]) => table)).size).toBe(scans.length);
  },
);
