import path from 'node:path';
import { counterMemory, SharedCounters } from '@apigate/domain/counters';
import { Meter, quotaPeriodAt, type UsageRecord } from '@apigate/domain/gateway';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { v7 } from 'uuid';
import { createLogger } from './logger.ts';
import { openProxyGround, type ProxyGround } from './testing/proxy-ground.ts';
import { insertCustomer } from './testing/records.ts';
import { waitUntil } from './testing/wait-until.ts';
import { ThreadedShipping } from './threaded-shipping.ts';

const periodStart = quotaPeriodAt(Date.now()).start;
let ground: ProxyGround;
beforeAll(async () => {
  ground = await openProxyGround();
});
afterAll(() => ground[Symbol.asyncDispose]());

async function startMeter(databaseUrl = ground.databaseUrl) {
  const memory = counterMemory(1_000);
  const counters = new SharedCounters({ memory, owner: 1 });
  const shipping = new ThreadedShipping({
    dir: path.join(ground.dataDir, 'spool'),
    databaseUrl,
    logLevel: 'silent',
    shipEveryMs: 10,
    slot: 0,
    counters: { memory, owner: -1 },
  });
  const logger = createLogger('silent');
  const meter = new Meter({ shipping, units: counters, logger, whenFull: () => 'refuse' });
  await meter.start();
  /** Takes a unit of the user's quota and records it. */
  const use = (userId: string, requestPath = '/x'): void => {
    counters.take([], { userId, periodStart, units: 1, limit: null, enforcement: 'hard' });
    const usage = usageOf(userId, requestPath);
    meter.record(usage, meter.admit(usage));
    expect(meter.endTurn()).toBe(true);
  };
  return { meter, counters, use };
}

function usageOf(userId: string, requestPath: string): UsageRecord {
  return {
    ...{ id: v7(), atMs: Date.now(), userId, keyId: null, planId: null, routeId: null },
    ...{ method: 'GET', path: requestPath, status: 200, refusalCode: null, units: 1, periodStart },
    ...{ bytesIn: 0, bytesOut: 0, latencyUs: 1, upstreamLatencyUs: 1, ip: null, userAgent: null },
    decision: null,
  };
}

async function unitsOf(userId: string): Promise<number> {
  const sql = 'select units::int from quota_periods where user_id = $1';
  return (await ground.db.query(sql, [userId])).rows[0]?.units ?? 0;
}

test('what another thread ships settles the counters here, and what it cannot ship is given back', async () => {
  const { userId } = await insertCustomer(ground.db);
  await ground.db.query('insert into quota_periods values ($1, $2, 40)', [userId, periodStart]);
  const { meter, counters, use } = await startMeter();
  for (let at = 0; at < 1_200; at += 1) use(userId);
  use(userId, 'not\0storable');
  for (let at = 0; at < 1_300; at += 1) use(userId);
  await waitUntil('all is shipped', () => meter.backlog === 0);
  expect(meter.stats).toMatchObject({ shipped: 2_501, refused: 1 });
  expect(await unitsOf(userId)).toBe(2_540);
  expect(counters.used(userId, periodStart)).toBe(2_540);
  expect(await meter.close(10_000)).toBe(0);
});

test('what it cannot ship before it has to leave is shipped by whoever starts next', async () => {
  const { userId } = await insertCustomer(ground.db);
  const first = await startMeter('postgres://app@127.0.0.1:1/none');
  for (let at = 0; at < 3; at += 1) first.use(userId);
  expect(await first.meter.close(200)).toBe(3);
  const next = await startMeter();
  expect(next.meter.stats.recovered).toBe(3);
  await waitUntil('all is shipped', () => next.meter.backlog === 0);
  expect(await unitsOf(userId)).toBe(3);
  expect(await next.meter.close(10_000)).toBe(0);
});
