import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { v7 } from 'uuid';
import { expect, test } from 'vitest';
import { counterMemory } from './counter-table.ts';
import type { AccountDemand, BucketDemand } from './counters.ts';
import { SharedCounters } from './shared-counters.ts';

const threads = 4;

/** What one thread does once all of them are there: so many takes of each demand in turn. */
interface Work {
  buckets: BucketDemand[][];
  accounts: (AccountDemand | null)[];
  rounds: number;
}

const source = `
import { parentPort, workerData } from 'node:worker_threads';
import { SharedCounters } from '${import.meta.resolve('./shared-counters.ts')}';
import { monotonicMs } from '${import.meta.resolve('./monotonic-clock.ts')}';
const { memory, gate, owner, clockMs, work } = workerData;
const counters = new SharedCounters({
  memory, owner, clock: clockMs === null ? monotonicMs : () => clockMs,
});
const allowed = work.buckets.map(() => 0);
const start = new Int32Array(gate);
Atomics.add(start, 0, 1);
Atomics.notify(start, 0);
Atomics.wait(start, 1, 0);
for (let round = 0; round < work.rounds; round += 1) {
  for (let at = 0; at < work.buckets.length; at += 1) {
    const verdict = counters.take(work.buckets[at], work.accounts[at]);
    if (verdict.refusedBy === null) allowed[at] += 1;
  }
}
parentPort.postMessage({ allowed, nowMs: monotonicMs() });
`;

/** Runs the same work in all threads at once. @returns how often each demand was allowed, in all threads together */
async function hammer(
  memory: SharedArrayBuffer,
  work: Work,
  clockMs: number | null = 0,
): Promise<number[]> {
  const gate = new SharedArrayBuffer(8);
  const words = new Int32Array(gate);
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const workers = Array.from({ length: threads }, (_, at) => {
    return new Worker(url, { workerData: { memory, gate, owner: at + 1, clockMs, work } });
  });
  const answers = workers.map((worker) => once(worker, 'message'));
  for (;;) {
    const there = Atomics.load(words, 0);
    if (there === threads) break;
    await Promise.race([Atomics.waitAsync(words, 0, there, 100).value, ...answers]);
  }
  Atomics.store(words, 1, 1);
  Atomics.notify(words, 1);
  const told = (await Promise.all(answers)) as [{ allowed: number[]; nowMs: number }][];
  await Promise.all(workers.map((worker) => worker.terminate()));
  return work.buckets.map((_, at) =>
    told.reduce((sum, [{ allowed }]) => sum + (allowed[at] ?? 0), 0),
  );
}

test('four threads let exactly 10 of 1,000 requests through a limit of 10', async () => {
  const buckets = [[{ id: `u:${v7()}`, perMinute: 10, capacity: 10 }]];
  const work = { buckets, accounts: [null], rounds: 250 };
  expect(await hammer(counterMemory(1_000), work)).toEqual([10]);
});

test('four threads give out exactly 100 units of a quota of 100, and count each of them once', async () => {
  const memory = counterMemory(1_000);
  const account = {
    userId: v7(),
    periodStart: '2026-11-01',
    units: 1,
    limit: 100,
    enforcement: 'hard',
  } as const;
  const work = { buckets: [[]], accounts: [account], rounds: 20_000 };
  expect(await hammer(memory, work)).toEqual([100]);
  expect(new SharedCounters({ memory, owner: 9 }).used(account.userId, '2026-11-01')).toBe(100);
});

test('four threads lose and invent nothing over thousands of users that share and change places', async () => {
  const users = Array.from({ length: 2_000 }, () => v7());
  const route = v7();
  const buckets = users.map((id) => [
    { id: `u:${id}`, perMinute: 60, capacity: 7 },
    { id: `r:${route}:${id}`, perMinute: 60, capacity: 9 },
  ]);
  const accounts = users.map((userId, at) => ({
    userId,
    periodStart: '2026-11-01',
    units: 2,
    limit: at % 2 === 0 ? 10 : null,
    enforcement: 'hard' as const,
  }));
  // Room for so many more that no two groups of any counter are ever full.
  const allowed = await hammer(counterMemory(40_000), { buckets, accounts, rounds: 5 });
  expect(allowed).toEqual(users.map((_, at) => (at % 2 === 0 ? 5 : 7)));
});

test('a burst over four threads gets its capacity and what the time brought, by one clock for all', async () => {
  const startedAtMs = performance.now();
  const perMinute = 60_000;
  const buckets = [[{ id: `u:${v7()}`, perMinute, capacity: 100 }]];
  const work = { buckets, accounts: [null], rounds: 20_000 };
  const [allowed = 0] = await hammer(counterMemory(1_000), work, null);
  const elapsedMs = performance.now() - startedAtMs;
  expect(allowed).toBeGreaterThanOrEqual(100);
  expect(allowed).toBeLessThanOrEqual(100 + elapsedMs);
});
