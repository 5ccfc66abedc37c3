import { decision, type Problem } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCustomer, insertRoute } from './testing/records.ts';
import { startGateway, type Gateway } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  await insertRoute(gateway.db, gateway.upstreamId, {
    path: '/limited/*',
    rate_limit_per_minute: 1,
    cost: 3,
  });
  await gateway.heard();
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** What is stored of how a refusal came about. */
async function decisionOn(response: Response) {
  const { request_id: id } = (await response.json()) as Problem;
  let rows: { decision: unknown; units: number }[] = [];
  await waitUntil('the refusal is stored', async () => {
    const sql = 'select decision, units from usage_events where id = $1';
    ({ rows } = await gateway.db.query(sql, [id]));
    return rows.length === 1;
  });
  expect(rows[0]?.units).toBe(0);
  return decision.parse(rows[0]?.decision);
}

test('a refusal for the quota is stored with every rule that was looked at and its numbers', async () => {
  const { secret } = await insertCustomer(gateway.db, {
    plan: { rate_limit_per_minute: 60, requests_per_month: 2 },
  });
  const steps = await decisionOn(await gateway.send(secret, '/limited/x'));
  expect(steps.map(({ rule, passed }) => (passed ? rule : `${rule}!`))).toEqual([
    'route',
    'credential',
    'key',
    'user',
    'ip',
    'scopes',
    'rate_limit',
    'rate_limit',
    'quota!',
  ]);
  expect(steps[0]).toMatchObject({ path: '/limited/*' });
  expect(steps.at(-1)).toMatchObject({ limit: 2, used: 0, cost: 3, enforcement: 'hard' });
});

test('a refusal for the rate names the bucket that was empty, and when it has a token again', async () => {
  const { secret } = await insertCustomer(gateway.db, { plan: { rate_limit_per_minute: 60 } });
  expect((await gateway.send(secret, '/limited/x')).status).toBe(200);
  const steps = await decisionOn(await gateway.send(secret, '/limited/x'));
  const buckets = steps.filter((step) => step.rule === 'rate_limit');
  expect(buckets.map(({ bucket, passed }) => [bucket, passed])).toEqual([
    ['user', true],
    ['route', false],
  ]);
  expect(buckets[1]).toMatchObject({ perMinute: 1, capacity: 1, remaining: 0 });
  expect(buckets[1]?.retryAfterMs).toBeGreaterThan(55_000);
  expect(buckets[1]?.retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('a request that is let through and comes to nothing says so', async () => {
  const nowhere = await startGateway({ upstream: { url: 'http://127.0.0.1:1' } });
  try {
    const { secret, userId } = await insertCustomer(nowhere.db);
    expect((await nowhere.send(secret)).status).toBe(502);
    const [event] = await nowhere.events(1);
    expect(event?.['user_id']).toBe(userId);
    expect(decision.parse(event?.['decision']).at(-1)).toEqual({
      rule: 'forward',
      passed: false,
      code: 'upstream_unreachable',
    });
  } finally {
    await nowhere[Symbol.asyncDispose]();
  }
});

test('what is let through has nothing to explain', async () => {
  const { secret, userId } = await insertCustomer(gateway.db);
  expect((await gateway.send(secret)).status).toBe(200);
  let rows: unknown[] = [];
  await waitUntil('the request is stored', async () => {
    const sql = 'select decision from usage_events where user_id = $1';
    ({ rows } = await gateway.db.query(sql, [userId]));
    return rows.length === 1;
  });
  expect(rows).toEqual([{ decision: null }]);
});
