import path from 'node:path';
import { startRedis, type RedisServer } from '@apigate/domain/testing';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openProxyGround, type ProxyGround } from './testing/proxy-ground.ts';
import { startProxyProcess, type ProxyProcess } from './testing/proxy-process.ts';
import { insertCustomer } from './testing/records.ts';
import { waitUntil } from './testing/wait-until.ts';

let ground: ProxyGround;
let db: Pool;
let redis: RedisServer;
let proxies: ProxyProcess[] = [];

beforeAll(async () => {
  ground = await openProxyGround();
  db = ground.db;
  redis = await startRedis();
  proxies = await Promise.all(
    [0, 1, 2].map((number) =>
      startProxyProcess(
        {
          DATABASE_URL: ground.databaseUrl,
          REDIS_URL: redis.url,
          APIGATE_DATA_DIR: path.join(ground.dataDir, String(number)),
        },
        'patient-thread',
      ),
    ),
  );
}, 60_000);

afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.stop()));
  await redis.kill();
  await ground[Symbol.asyncDispose]();
}, 60_000);

/** Sends requests to all proxies in turn, a connection each, so many at once. @returns how many got which status */
async function spread(secret: string, count: number): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (sent < count) {
      const proxy = proxies[sent % proxies.length];
      sent += 1;
      const headers = { 'X-API-Key': secret, Connection: 'close' };
      const res = await fetch(`http://127.0.0.1:${proxy?.port}/x`, { headers });
      await res.text();
      statuses[res.status] = (statuses[res.status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 12 }, worker));
  return statuses;
}

async function readiness(proxy: ProxyProcess | undefined): Promise<unknown> {
  const res = await fetch(`http://127.0.0.1:${proxy?.port}/_apigate/readyz`, {
    headers: { Connection: 'close' },
  });
  return res.json();
}

/** Waits until every thread of every proxy has logged an event so often. */
async function logged(event: string, times: number): Promise<void> {
  await waitUntil(`${event} in every thread`, () =>
    proxies.every(({ events }) => {
      const threads = events().filter((line) => line['event'] === event);
      return [0, 1].every(
        (slot) => threads.filter(({ thread }) => thread === slot).length >= times,
      );
    }),
  );
}

async function withQuota(units: number): Promise<string> {
  const plan = { rate_limit_per_minute: null, requests_per_month: units };
  return (await insertCustomer(db, { plan })).secret;
}

test('three proxies of two threads let exactly the limits through', async () => {
  // So few a minute that none comes back meanwhile.
  const plan = { rate_limit_per_minute: 1, burst: 30, requests_per_month: null };
  const rate = await spread((await insertCustomer(db, { plan })).secret, 300);
  expect(rate).toEqual({ 200: 30, 429: 270 });
  const quota = await spread(await withQuota(100), 300);
  expect(quota).toEqual({ 200: 100, 402: 200 });
}, 60_000);

test('a Redis that dies under load fails no request, is told, and takes over again', async () => {
  const unlimited = await withQuota(1_000_000);
  const units = 300;
  const limited = await withQuota(units);
  const before = (await spread(limited, 60))[200] ?? 0;
  expect(before).toBe(60);
  const [during] = await Promise.all([spread(unlimited, 600), redis.kill()]);
  expect(during).toEqual({ 200: 600 });
  await logged('redis_down', 1);
  expect(await readiness(proxies[0])).toEqual({
    status: 'ready',
    degraded: ['counters_not_shared'],
  });
  const away = (await spread(limited, 1_200))[200] ?? 0;
  expect(before + away).toBeGreaterThanOrEqual(units);
  // A proxy alone gives out what was left when it last heard of the others, be it from Redis or from the database.
  expect(before + away).toBeLessThanOrEqual(before + proxies.length * (units - before / 3));
  await redis.start();
  await logged('redis_up', 2);
  expect(await spread(limited, 100)).toEqual({ 402: 100 });
  const after = await spread(await withQuota(50), 150);
  expect(after).toEqual({ 200: 50, 402: 100 });
  for (const { events } of proxies) {
    for (const slot of [0, 1]) {
      const told = events().filter(
        ({ thread, event }) => thread === slot && String(event).startsWith('redis_'),
      );
      const repeated = told.filter(({ event }, at) => at > 0 && told[at - 1]?.['event'] === event);
      expect(repeated).toEqual([]);
    }
  }
}, 90_000);
