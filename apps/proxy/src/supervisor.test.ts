import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLoad } from './testing/load.ts';
import { openProxyGround, type ProxyGround } from './testing/proxy-ground.ts';
import { startProxyProcess, type ProxyProcess } from './testing/proxy-process.ts';
import { insertCustomer } from './testing/records.ts';
import { waitUntil } from './testing/wait-until.ts';

const unlimited = { plan: { rate_limit_per_minute: null, requests_per_month: null } };
let ground: ProxyGround;
let db: Pool;

beforeAll(async () => {
  ground = await openProxyGround();
  db = ground.db;
});
afterAll(() => ground[Symbol.asyncDispose]());

function start(env: Record<string, string> = {}, thread?: 'faulty-thread'): Promise<ProxyProcess> {
  return startProxyProcess(
    {
      DATABASE_URL: ground.databaseUrl,
      APIGATE_DATA_DIR: ground.dataDir,
      APIGATE_PROXY_THREADS: '2',
      ...env,
    },
    thread,
  );
}

function has(proxy: ProxyProcess, event: string, slot: number, times = 1): boolean {
  const seen = proxy.events().filter((line) => line['event'] === event && line['slot'] === slot);
  return seen.length >= times;
}

async function statusesOf(
  port: number,
  secret: string,
  count: number,
): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  const send = async (): Promise<void> => {
    // A connection each, so that the system deals them out to all threads.
    const headers = { 'X-API-Key': secret, Connection: 'close' };
    const res = await fetch(`http://127.0.0.1:${port}/x`, { headers });
    await res.text();
    statuses[res.status] = (statuses[res.status] ?? 0) + 1;
  };
  const queue = Array.from({ length: count }, () => send);
  const workers = Array.from({ length: 50 }, async () => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await next();
  });
  await Promise.all(workers);
  return statuses;
}

test('two threads let exactly the limit through: of 1,000 requests 10, of 300 units 100', async () => {
  const proxy = await start();
  const limited = await insertCustomer(db, {
    plan: { rate_limit_per_minute: 1, burst: 10, requests_per_month: null },
  });
  const metered = await insertCustomer(db, {
    plan: { rate_limit_per_minute: null, requests_per_month: 100 },
  });
  const startedAtMs = performance.now();
  const rate = await statusesOf(proxy.port, limited.secret, 1_000);
  const refilled = Math.floor((performance.now() - startedAtMs) / 60_000);
  expect(rate[200]).toBe(10 + refilled);
  expect(rate).toEqual({ 200: 10 + refilled, 429: 990 - refilled });
  expect(await statusesOf(proxy.port, metered.secret, 300)).toEqual({ 200: 100, 402: 200 });
  expect(await proxy.stop()).toBe(0);
  const sql = 'select units::int from quota_periods where user_id = $1';
  expect((await db.query(sql, [metered.userId])).rows).toEqual([{ units: 100 }]);
  const events = await db.query(
    'select count(*)::int as n from usage_events where user_id = $1 and units > 0',
    [metered.userId],
  );
  expect(events.rows).toEqual([{ n: 100 }]);
}, 120_000);

test('a thread that crashes under load is replaced while the other goes on', async () => {
  const proxy = await start({}, 'faulty-thread');
  const { secret } = await insertCustomer(db, unlimited);
  const url = `http://127.0.0.1:${proxy.port}/x`;
  const load = startLoad(url, secret, { perSecond: 100, connectionsMax: 20 });
  await waitUntil('the load runs', () => (load.result.statuses.get(200) ?? 0) > 50);
  writeFileSync(path.join(ground.dataDir, 'crash-1'), '');
  await waitUntil('the thread died', () => has(proxy, 'thread_died', 1));
  await waitUntil('the thread is back', () => has(proxy, 'thread_ready', 1, 2), 60_000);
  const { statuses, failures } = await load.stop();
  expect(has(proxy, 'thread_died', 0)).toBe(false);
  // What was under way in the thread that died ends with it, and nothing else does.
  expect(failures.length).toBeLessThanOrEqual(20);
  expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(await statusesOf(proxy.port, secret, 50)).toEqual({ 200: 50 });
  expect(await proxy.stop()).toBe(0);
}, 120_000);

test('a thread whose event loop stands still is replaced', async () => {
  const proxy = await start({}, 'faulty-thread');
  const { secret } = await insertCustomer(db, unlimited);
  writeFileSync(path.join(ground.dataDir, 'block-0'), '');
  await waitUntil('it was found', () => has(proxy, 'thread_stuck', 0), 20_000);
  await waitUntil('it is back', () => has(proxy, 'thread_ready', 0, 2), 60_000);
  expect(has(proxy, 'thread_stuck', 1)).toBe(false);
  expect(await statusesOf(proxy.port, secret, 50)).toEqual({ 200: 50 });
  expect(await proxy.stop()).toBe(0);
}, 120_000);

test('restarts one after the other under 500 requests a second fail no request', async () => {
  const { secret } = await insertCustomer(db, unlimited);
  let proxy = await start();
  const port = String(proxy.port);
  const load = startLoad(`http://127.0.0.1:${port}/x`, secret, {
    perSecond: 500,
    connectionsMax: 50,
  });
  for (let restart = 0; restart < 2; restart += 1) {
    const next = await start({ APIGATE_PROXY_PORT: port });
    expect(await proxy.stop()).toBe(0);
    proxy = next;
  }
  const { statuses, failures, sent } = await load.stop();
  expect(failures).toEqual([]);
  expect([...statuses]).toEqual([[200, sent]]);
  expect(await proxy.stop()).toBe(0);
}, 180_000);
