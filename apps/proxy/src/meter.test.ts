import type { UsageRecord } from '@apigate/domain/gateway';
import { QuotaLedger, quotaPeriodAt } from '@apigate/domain/gateway';
import { createTestDatabase, type TestDatabase } from '@apigate/domain/testing';
import { Pool } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { Meter } from './meter.ts';
import { insertCustomer } from './testing/records.ts';
import { startGateway } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

const period = quotaPeriodAt(Date.now()).start;
let database: TestDatabase;
let db: Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  db = new Pool({ connectionString: database.url });
  db.on('connect', (client) => client.on('error', () => undefined));
});

afterAll(async () => {
  await db.end();
  await database.drop();
});

function recordOf(userId: string, overrides: Partial<UsageRecord> = {}): UsageRecord {
  return {
    id: v7(),
    atMs: Date.now(),
    userId,
    keyId: null,
    planId: null,
    routeId: null,
    method: 'GET',
    path: '/',
    status: 200,
    refusalCode: null,
    units: 1,
    periodStart: period,
    bytesIn: 0,
    bytesOut: 0,
    latencyUs: 1_000,
    upstreamLatencyUs: null,
    ip: null,
    userAgent: null,
    decision: null,
    ...overrides,
  };
}

function meterOn(pool: Pool, bounds = { usageShipMs: 10, usageRecordsMax: 1_000 }) {
  const ledger = new QuotaLedger();
  return { ledger, meter: new Meter(pool, ledger, bounds, createLogger('silent')) };
}

/** Takes from the ledger and records, as a request does. */
function use({ ledger, meter }: ReturnType<typeof meterOn>, userId: string, count: number): void {
  for (let at = 0; at < count; at += 1) {
    ledger.take(userId, period, 1, null, 'hard');
    meter.record(recordOf(userId));
  }
}

async function unitsOf(userId: string): Promise<number> {
  const { rows } = await db.query('select units from quota_periods where user_id = $1', [userId]);
  return Number(rows[0]?.units ?? 0);
}

test('requests sent, events, both rollups, quota and what the client is told are one number', async () => {
  await using gateway = await startGateway();
  const { secret, userId } = await insertCustomer(gateway.db, {
    plan: { requests_per_month: 300 },
  });
  const sent = 320;
  const answers = await Promise.all(Array.from({ length: sent }, () => gateway.send(secret, '/x')));
  await Promise.all(answers.map((res) => res.text()));
  await gateway.events(sent);
  const { rows } = await gateway.db.query(
    `select (select count(*) from usage_events)::int as events,
      (select sum(units) from usage_events)::int as units,
      (select sum(requests) from usage_hours)::int as hours,
      (select sum(units) from usage_hours)::int as hour_units,
      (select sum(requests) from usage_days)::int as days,
      (select sum(requests) from usage_days where outcome = 'refused')::int as refused,
      (select sum(units) from quota_periods)::int as quota,
      (select count(*) from keys where last_used_at is not null)::int as used_keys`,
  );
  expect(rows[0]).toEqual({
    events: sent,
    units: 300,
    hours: sent,
    hour_units: 300,
    days: sent,
    refused: 20,
    quota: 300,
    used_keys: 1,
  });
  expect(gateway.upstream.hits).toBe(300);
  const after = await gateway.send(secret);
  expect([after.status, after.headers.get('x-quota-used')]).toEqual([402, '300']);
  expect(userId).toBeDefined();
});

test('what is in progress at shutdown is finished and shipped', async () => {
  const gateway = await startGateway({ bounds: { usageShipMs: 60_000 } });
  const { secret } = await insertCustomer(gateway.db);
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  gateway.upstream.answer = (_req, res) => void mayAnswer.then(() => res.end('done'));
  const pending = gateway.send(secret);
  await waitUntil('it reached the upstream', () => gateway.upstream.hits === 1);
  const closing = gateway.proxy.close();
  await waitUntil('no new connection is accepted', () =>
    fetch(`${gateway.url}/_apigate/healthz`, { headers: { connection: 'close' } }).then(
      () => false,
      () => true,
    ),
  );
  answer();
  const res = await pending;
  expect([res.status, res.headers.get('connection'), await res.text()]).toEqual([
    200,
    'close',
    'done',
  ]);
  await closing;
  expect(await gateway.events(1)).toHaveLength(1);
  await gateway[Symbol.asyncDispose]();
});

test('settles the quota with what the database has counted', async () => {
  const { userId } = await insertCustomer(db);
  await db.query('insert into quota_periods values ($1, $2, 40)', [userId, period]);
  const parts = meterOn(db);
  use(parts, userId, 2_500);
  await waitUntil('shipped', () => parts.meter.backlog === 0);
  expect(await unitsOf(userId)).toBe(2_540);
  expect(parts.ledger.used(userId, period)).toBe(2_540);
});

test('a batch whose answer was lost is sent again, and counts once', async () => {
  const { userId } = await insertCustomer(db);
  const pool = new Pool({ connectionString: database.url });
  let isFirst = true;
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>;
  Object.assign(pool, {
    query: async (...args: unknown[]) => {
      const result = await query(...args);
      if (isFirst && String(args[0]).startsWith('with')) {
        isFirst = false;
        throw new Error('the connection was lost after the commit');
      }
      return result;
    },
  });
  const parts = meterOn(pool);
  use(parts, userId, 5);
  await waitUntil('shipped', () => parts.meter.backlog === 0);
  expect(isFirst).toBe(false);
  expect(await unitsOf(userId)).toBe(5);
  expect(parts.ledger.used(userId, period)).toBe(5);
  await pool.end();
});

test('a record that the database will not take is set apart, and the others arrive', async () => {
  const { userId } = await insertCustomer(db);
  const parts = meterOn(db);
  use(parts, userId, 6);
  parts.ledger.take(userId, period, 1, null, 'hard');
  parts.meter.record(recordOf(userId, { path: 'not\0storable' }));
  use(parts, userId, 6);
  await waitUntil('shipped', () => parts.meter.backlog === 0);
  expect(await unitsOf(userId)).toBe(12);
  expect(parts.ledger.used(userId, period)).toBe(12);
});

test('usage of a user that was deleted meanwhile holds nothing up', async () => {
  const { userId } = await insertCustomer(db);
  await db.query('delete from users where id = $1', [userId]);
  const parts = meterOn(db);
  use(parts, userId, 3);
  await waitUntil('shipped', () => parts.meter.backlog === 0);
  expect(parts.ledger.used(userId, period)).toBe(0);
});

test('closing ships what waits, and gives up in time when the database is away', async () => {
  const { userId } = await insertCustomer(db);
  const parts = meterOn(db, { usageShipMs: 60_000, usageRecordsMax: 10 });
  use(parts, userId, 9);
  expect(parts.meter.isFull).toBe(false);
  use(parts, userId, 1);
  expect(parts.meter.isFull).toBe(true);
  expect(await parts.meter.close(5_000)).toBe(0);
  expect(await unitsOf(userId)).toBe(10);
  const away = new Pool({ connectionString: 'postgres://app@127.0.0.1:1/none' });
  const lost = meterOn(away);
  use(lost, userId, 2);
  expect(await lost.meter.close(300)).toBe(2);
  await away.end();
});

test('requests are refused rather than lost to metering', async () => {
  await using gateway = await startGateway({ bounds: { usageShipMs: 60_000, usageRecordsMax: 2 } });
  const { secret } = await insertCustomer(gateway.db);
  const statuses = [];
  for (let at = 0; at < 3; at += 1) statuses.push((await gateway.send(secret)).status);
  expect(statuses).toEqual([200, 200, 503]);
  expect(gateway.upstream.hits).toBe(2);
});
