import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { counterMemory } from './counter-table.ts';
import type { AccountDemand, BucketDemand, TakeVerdict } from './counters.ts';
import { RedisCounters } from './redis-counters.ts';
import { SharedCounters } from './shared-counters.ts';
import { startRedis, type RedisServer } from './testing/redis-server.ts';

const month = `${new Date().toISOString().slice(0, 7)}-01`;
/** Long, because what is asked here at once is more than any turn of a proxy asks. */
const timeoutMs = 10_000;
let redis: RedisServer;
let opened: RedisCounters[] = [];
let events: string[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

afterEach(async () => {
  await Promise.all(opened.map((counters) => counters.close()));
  opened = [];
  events = [];
});

afterAll(() => redis.kill());

/** One thread of a proxy; threads of the same proxy share a memory. */
async function thread(
  memory = counterMemory(1_000),
  owner = 1,
  waitMs = timeoutMs,
): Promise<RedisCounters> {
  const tell = (_values: object, event: string): void => void events.push(event);
  const counters = new RedisCounters({
    url: redis.url,
    local: new SharedCounters({ memory, owner }),
    logger: { info: tell, warn: tell, error: tell },
    timeoutMs: waitMs,
  });
  opened.push(counters);
  await counters.start();
  return counters;
}

/** Three proxies of two threads each. */
async function proxies(): Promise<RedisCounters[]> {
  const memories = Array.from({ length: 3 }, () => counterMemory(1_000));
  return Promise.all(memories.flatMap((memory) => [thread(memory, 1), thread(memory, 2)]));
}

function account(userId: string, limit: number | null, units = 1): AccountDemand {
  return { userId, periodStart: month, units, limit, enforcement: 'hard' };
}

function bucket(id: string, capacity: number, perMinute = 1): BucketDemand {
  return { id: `u:${id}`, perMinute, capacity };
}

/** Asks all of them so many times at once. */
function hammer(
  all: readonly RedisCounters[],
  times: number,
  buckets: BucketDemand[],
  from: AccountDemand | null,
): Promise<TakeVerdict[]> {
  const ask = async (counters: RedisCounters): Promise<TakeVerdict> => counters.take(buckets, from);
  const asked = Array.from({ length: times }, (_, at) => all[at % all.length] ?? []).flat();
  return Promise.all(asked.map(ask));
}

function allowedOf(verdicts: readonly TakeVerdict[]): number {
  return verdicts.filter(({ refusedBy }) => refusedBy === null).length;
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('not within 10 s');
    await sleep(2);
  }
}

test('three proxies of two threads let exactly the limit through, however many ask at once', async () => {
  const all = await proxies();
  const id = v7();
  expect(allowedOf(await hammer(all, 1_000, [bucket(id, 10)], null))).toBe(10);
  expect(allowedOf(await hammer(all, 2_000, [], account(id, 100)))).toBe(100);
  const both = await hammer(all, 1_000, [bucket(v7(), 50)], account(v7(), 40));
  expect(allowedOf(both)).toBe(40);
  expect(both.filter(({ refusedBy }) => refusedBy === 'quota')).toHaveLength(960);
});

test('decides as the counters of one process do', async () => {
  const counters = await thread();
  // A bucket has another capacity at another place, as it has when its limit changes.
  const ids = fc.subarray(['user', 'key', 'route']);
  const requests = fc.array(fc.tuple(ids, fc.integer({ min: 0, max: 4 })), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(requests, fc.nat({ max: 30 }), async (asked, limit) => {
      const run = v7();
      const model = new SharedCounters({ memory: counterMemory(100), clock: () => 0 });
      for (const [names, units] of asked) {
        const demands = names.map((name, at) => bucket(`${run}:${name}`, 3 + 2 * at, 1e-3));
        const from = account(run, limit, units);
        const [verdict, expected] = [await counters.take(demands, from), model.take(demands, from)];
        expect(verdict.refusedBy).toBe(expected.refusedBy);
        expect(verdict.quota).toEqual(expected.quota);
        expect(verdict.rate?.remaining).toBe(expected.rate?.remaining);
      }
    }),
    {
      numRuns: 30,
      examples: [
        [
          [
            [['user', 'key'], 0],
            [['key'], 1],
            [['user', 'key'], 0],
            [['key'], 0],
          ],
          0,
        ],
      ],
    },
  );
});

test('refills by the time of Redis, and tells how long to wait', async () => {
  const [one, other] = [await thread(), await thread()];
  const demand = bucket(v7(), 1, 1_200);
  expect((await one.take([demand], null)).refusedBy).toBeNull();
  const refused = await other.take([demand], null);
  expect(refused.refusedBy).toBe('rate');
  const waitMs = refused.rate?.retryAfterMs ?? 0;
  expect(waitMs).toBeGreaterThan(0);
  expect(waitMs).toBeLessThanOrEqual(50);
  await sleep(Math.ceil(waitMs) + 1);
  expect((await other.take([demand], null)).refusedBy).toBeNull();
});

test('what was given back can be taken by another proxy', async () => {
  const [one, other] = [await thread(), await thread()];
  const id = v7();
  await one.take([], account(id, 10, 10));
  expect((await other.take([], account(id, 10))).refusedBy).toBe('quota');
  one.release(id, month, 10);
  await one.take([], account(v7(), 1));
  expect((await other.take([], account(id, 10))).quota?.used).toBe(1);
});

test('an account is never less than what the database told this process', async () => {
  const counters = await thread();
  const id = v7();
  counters.open(id, month, 95);
  expect(allowedOf(await hammer([counters], 20, [], account(id, 100)))).toBe(5);
});

test('counts what is unlimited without asking anybody', async () => {
  const counters = await thread();
  const verdict = counters.take([], account('u', null));
  expect(verdict).not.toBeInstanceOf(Promise);
});

test('nobody waits longer than the timeout for a Redis that hangs, and after that nobody waits', async () => {
  const waitMs = 100;
  const counters = await thread(counterMemory(1_000), 1, waitMs);
  const id = v7();
  redis.signal('SIGSTOP');
  try {
    const startedAtMs = performance.now();
    const verdicts = await hammer([counters], 500, [], account(id, 100));
    expect(performance.now() - startedAtMs).toBeLessThan(waitMs * 3);
    expect(allowedOf(verdicts)).toBe(100);
    expect(counters.shared).toBe('down');
    expect(counters.take([], account(id, 100))).not.toBeInstanceOf(Promise);
  } finally {
    redis.signal('SIGCONT');
  }
  await until(() => counters.shared === 'up');
  expect((await counters.take([], account(id, 100))).refusedBy).toBe('quota');
  expect(events).toEqual(['redis_up', 'redis_down', 'redis_up']);
});

test('a Redis that is killed under load fails no request, and lets through no more than is stated', async () => {
  const all = await proxies();
  const [id, other] = [v7(), v7()];
  const limit = 300;
  expect(allowedOf(await hammer(all, 60, [], account(id, limit)))).toBe(60);
  for (const counters of all) await counters.take([], account(id, limit, 0));
  const [during] = await Promise.all([hammer(all, 600, [], account(other, 600)), redis.kill()]);
  expect(allowedOf(during)).toBe(600);
  await until(() => all.every(({ shared }) => shared === 'down'));
  // Each of the three proxies, with both of its threads, gives out what was left when it last heard of the others.
  expect(allowedOf(await hammer(all, 3_000, [], account(id, limit)))).toBe((limit - 60) * 3);
  await redis.start();
  await until(() => all.every(({ shared }) => shared === 'up'));
  // The first one to ask makes good what it knows, so that what is left is less than what it had heard from the others.
  const after = allowedOf(await hammer(all, 600, [], account(id, limit)));
  expect(after).toBeLessThanOrEqual(60);
  expect(allowedOf(await hammer(all, 600, [], account(id, limit)))).toBe(0);
  expect(events.filter((event) => event === 'redis_down')).toHaveLength(all.length);
  expect(events.filter((event) => event === 'redis_up')).toHaveLength(all.length * 2);
});

test('a bucket that was emptied while Redis was away is not full when it comes back', async () => {
  const counters = await thread();
  const demand = bucket(v7(), 20);
  await counters.take([demand], null);
  await redis.kill();
  await until(() => counters.shared === 'down');
  expect(allowedOf(await hammer([counters], 100, [demand], null))).toBe(19);
  await redis.start();
  await until(() => counters.shared === 'up');
  expect(allowedOf(await hammer([counters], 100, [demand], null))).toBe(0);
});

test('starts without Redis, decides by itself, and finds it later', async () => {
  await redis.kill();
  const counters = await thread();
  expect(counters.shared).toBe('down');
  expect(counters.take([], account('u', 1))).toMatchObject({ refusedBy: null });
  await redis.start();
  await until(() => counters.shared === 'up');
  expect(events).toEqual(['redis_down', 'redis_up']);
});

test('a Redis that has forgotten our scripts is taught them again', async () => {
  const counters = await thread();
  await redis.kill();
  await redis.start();
  await until(() => events.filter((event) => event === 'redis_up').length === 2);
  expect((await counters.take([], account(v7(), 1))).refusedBy).toBeNull();
});
