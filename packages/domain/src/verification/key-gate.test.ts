import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisServer } from '../gateway/counters/testing/redis-server.ts';
import { buildKey, buildPlan, buildUser } from '../testing/factories.ts';
import { openTestDomain, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import { judgeRequest, type Judgement } from './judge-request.ts';
import { KeyGate } from './key-gate.ts';

let domain: TestDomain;
let redis: RedisServer;
let dir: string;
beforeAll(async () => {
  domain = await openTestDomain();
  redis = await startRedis();
  dir = mkdtempSync(path.join(tmpdir(), 'apigate-gate-'));
});
afterAll(async () => {
  await domain[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

function openGate(name: string, redisUrl: string | null): KeyGate {
  const nothing = (): void => undefined;
  return new KeyGate({
    databaseUrl: domain.url,
    keyPepper: testSecrets.keyPepper,
    passwords: domain.passwords,
    logger: { info: nothing, warn: nothing, error: nothing },
    redisUrl,
    spoolDir: path.join(dir, name),
  });
}

const ask = (gate: KeyGate, secret: string, isCounted = true): Promise<Judgement> =>
  judgeRequest(gate, {
    credential: { secret, isAuthorizationOurs: false },
    match: null,
    method: 'GET',
    path: '/x',
    ip: '192.0.2.1',
    scopes: [],
    cost: null,
    isCounted,
    userAgent: null,
  });

test('two processes that share Redis let exactly the units of the month through', async () => {
  const plan = await buildPlan(domain, { rateLimitPerMinute: null, requestsPerMonth: 10 });
  const user = await buildUser(domain, { plan: plan.id });
  const { secret } = await buildKey(domain, { user: user.id });
  await using one = openGate('one', redis.url);
  await using other = openGate('other', redis.url);
  expect(await one.isReady()).toBe(true);
  expect(await other.isReady()).toBe(true);
  const judgements = await Promise.all(
    Array.from({ length: 100 }, (_, at) => ask(at % 2 === 0 ? one : other, secret)),
  );
  expect(judgements.filter(({ refusal }) => refusal === null)).toHaveLength(10);
});

test('what was counted is in the database after the gate has closed, and survives in its spool', async () => {
  const user = await buildUser(domain);
  const { secret } = await buildKey(domain, { user: user.id });
  {
    await using gate = openGate('kept', null);
    await gate.isReady();
    await Promise.all(Array.from({ length: 7 }, () => ask(gate, secret)));
    for (let at = 0; at < 3; at += 1) await ask(gate, secret, false);
  }
  const { rows } = await domain.db.query(
    'select count(*)::int as requests, sum(units)::int as units from usage_events where user_id = $1',
    [user.id],
  );
  expect(rows).toEqual([{ requests: 7, units: 7 }]);
});

test('is not ready while the database does not answer, and closes all the same', async () => {
  const gate = new KeyGate({
    databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing',
    keyPepper: testSecrets.keyPepper,
    passwords: domain.passwords,
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    redisUrl: null,
    spoolDir: path.join(dir, 'away'),
    bounds: {
      databaseSilenceMaxMs: 1000,
      keyLookupTimeoutMs: 100,
      keyLookupsMax: 10,
      keysMax: 10,
      unknownKeyTtlMs: 100,
      changePollMs: 100,
      readyTimeoutMs: 100,
    },
  });
  expect(await gate.isReady()).toBe(false);
  await gate[Symbol.asyncDispose]();
});

test('a gate that was never asked has nothing to close', async () => {
  await expect(openGate('idle', null)[Symbol.asyncDispose]()).resolves.toBeUndefined();
});
