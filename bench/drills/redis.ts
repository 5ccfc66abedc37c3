import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '@apigate/domain/testing';
import { requirePrograms } from '../../tooling/programs.ts';
import { ask } from './ask.ts';
import { countInLog } from './count-in-log.ts';
import type { Drill, DrillOptions, DrillOutcome } from './drill.ts';
import { openScene, type Scene } from './scene.ts';

const proxies = 3;
const quietMs = 500;
const patienceMs = 30_000;
const backMaxMs = 5_000;

/** Redis shares counters, and nothing else depends on it. */
export const redisAbsentDrill: Drill = {
  name: 'redis-absent',
  title: 'Redis is not there when the proxies start, and comes later',
  run: withoutRedis,
};

/** Limits are exact while Redis is there, and what is let through too much while it is away is counted. */
export const redisDyingDrill: Drill = {
  name: 'redis-dying',
  title: 'Redis is killed while three proxies share quotas',
  run: killRedis,
};

async function withoutRedis({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await requirePrograms(['redis-server']);
  await using redis = await startRedis();
  await redis.kill();
  await using scene = await openScene(isShort, {
    proxies: 2,
    variables: { APIGATE_PROXY_THREADS: '1' },
    proxyVariables: { REDIS_URL: redis.url },
    limits: { rateLimitPerMinute: 1_000_000, requestsPerMonth: 100_000_000 },
  });
  const { stack, load } = scene;
  const problems: string[] = [];
  const repetitions = isShort ? 1 : 3;
  let backMs = 0;
  let requests = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const phase = await load.watch(isShort ? quietMs : 3_000);
    requests += phase.sent;
    if (phase.errors > 0) problems.push(`${phase.errors} requests failed without Redis.`);
    const { status, text } = await ask(stack.proxyPort, { path: '/_apigate/readyz' });
    if (status !== 200 || !text.includes('counters_not_shared')) {
      problems.push(`Without Redis /readyz said ${status} ${text}`);
    }
    await redis.start();
    const startedAt = performance.now();
    await Promise.all(stack.proxyPorts.map((port) => untilShared(port)));
    backMs = Math.max(backMs, performance.now() - startedAt);
    const after = await load.watch(quietMs);
    if (after.errors > 0) problems.push(`${after.errors} requests failed when Redis came.`);
    await redis.kill();
  }
  say(`shared after ${Math.round(backMs)} ms`);
  if (backMs > backMaxMs) problems.push('It took too long until Redis was used.');
  const ledger = await scene.finish();
  return {
    counts: {
      repetitions,
      'requests without Redis': requests,
      'until it is used once it is there, ms': Math.round(backMs),
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}

async function killRedis({ isShort, say }: DrillOptions): Promise<DrillOutcome> {
  await requirePrograms(['redis-server']);
  const quota = isShort ? 150 : 3_000;
  await using redis = await startRedis();
  const admitted = new Map<string, number>();
  const refused = new Map<string, number>();
  await using scene = await openScene(
    isShort,
    {
      proxies,
      variables: { APIGATE_PROXY_THREADS: '1' },
      proxyVariables: { REDIS_URL: redis.url },
      limits: { rateLimitPerMinute: null, requestsPerMonth: quota },
    },
    {
      perSecond: isShort ? 300 : 1_000,
      keys: [''],
      onAnswer: ({ key, status }) => {
        if (status === 200) admitted.set(key, (admitted.get(key) ?? 0) + 1);
        if (status === 402) refused.set(key, (refused.get(key) ?? 0) + 1);
      },
    },
  );
  const { load, stack } = scene;
  const problems: string[] = [];
  const repetitions = isShort ? 1 : 3;
  const keys = [...stack.keys];
  const over = { there: 0, away: 0, back: 0 };
  // Each proxy was asked once with every key.
  const rest = quota - proxies;
  let boundMax = 0;
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const [shared = '', dying = ''] = keys.splice(0, 2);
    load.useKeys([shared]);
    await untilRefused(refused, shared);
    const wrong = Math.abs((admitted.get(shared) ?? 0) - rest);
    // A Redis that has come back knows nothing, and no proxy knows what others had taken while nobody asked again.
    if (repetition === 0) over.there = wrong;
    else over.back = Math.max(over.back, wrong);

    load.useKeys([dying]);
    while ((admitted.get(dying) ?? 0) < quota / 3) await sleep(5);
    const left = rest - (admitted.get(dying) ?? 0);
    await redis.kill();
    await untilRefused(refused, dying);
    const tooMany = (admitted.get(dying) ?? 0) - rest;
    say(`${tooMany} of a quota of ${quota} too many, ${left} were left when Redis died`);
    over.away = Math.max(over.away, tooMany);
    boundMax = Math.max(boundMax, (proxies - 1) * left);
    if (tooMany < 0) problems.push('Less than the quota was let through.');
    if (tooMany > (proxies - 1) * left) problems.push('More than every rest was let through.');
    await redis.start();
    await Promise.all(stack.proxyPorts.map((port) => untilShared(port)));
  }
  // A Redis that does not answer in time counts as away, on a machine that does too much at once.
  const timesAway = countInLog(stack, 'proxy', 'redis_down');
  const isCalm = timesAway === repetitions * proxies;
  if (over.there > 0 && isCalm) problems.push('With Redis the quota was not exact.');
  if (over.back >= proxies && isCalm) problems.push('Redis came back, and too much was forgotten.');
  const others = countOthers(scene);
  if (others > 0) problems.push(`${others} requests failed for other reasons.`);
  const ledger = await scene.finish();
  return {
    counts: {
      repetitions,
      'quota of units': quota,
      'times that a proxy found Redis away': timesAway,
      'too many or too few with Redis': over.there,
      'the same once Redis has come back with nothing, at most': over.back,
      'too many without Redis, at most': over.away,
      'what three proxies could let through too many if they knew nothing of each other': boundMax,
      'requests that failed for other reasons': others,
      ...ledger.counts,
    },
    problems: [...problems, ...ledger.problems],
  };
}

/** Failures beside refusals for the quota, and for the lack of a key before there was one to use. */
function countOthers({ load }: Scene): number {
  const wanted = new Set([401, 402]);
  return load.phases.reduce((sum, phase) => {
    const expected = [...phase.refused].filter(([status]) => wanted.has(status));
    return sum + phase.errors - expected.reduce((all, [, count]) => all + count, 0);
  }, 0);
}

/** Waits until nothing but refusals comes. */
async function untilRefused(refused: ReadonlyMap<string, number>, key: string): Promise<void> {
  const startedAt = performance.now();
  while ((refused.get(key) ?? 0) < proxies * 20) {
    if (performance.now() - startedAt > patienceMs) throw new Error('the quota never ended');
    await sleep(10);
  }
  await sleep(quietMs);
}

async function untilShared(port: number): Promise<void> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < patienceMs) {
    const { status, text } = await ask(port, { path: '/_apigate/readyz' });
    if (status === 200 && !text.includes('counters_not_shared')) return;
    await sleep(20);
  }
  throw new Error('Redis was not used');
}
