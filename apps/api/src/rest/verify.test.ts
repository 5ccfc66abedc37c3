import { keyVerdict } from '@apigate/contract';
import { createKey, openOrm, type User } from '@apigate/domain';
import { generateApiKey } from '@apigate/domain/gateway';
import {
  actorOf,
  buildKey,
  buildPlan,
  buildRoute,
  buildServiceKey,
  buildUser,
} from '@apigate/domain/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClean } from '../testing/clean-answers.ts';
import { openRelay } from '../testing/database-relay.ts';
import { startTestApi, type TestApi } from '../testing/test-api.ts';
import { until } from '../testing/until.ts';
import { fromWire } from './wire.ts';

let api: TestApi;
let serviceKey: string;
let user: User;
let planId: string;
beforeAll(async () => {
  api = await startTestApi();
  serviceKey = (await buildServiceKey(api.domain, ['keys:verify'])).secret;
  planId = (await buildPlan(api.domain, { slug: 'pro', rateLimitPerMinute: 60 })).id;
  user = await buildUser(api.domain, { plan: planId, metadata: { company_size: '10' } });
});
afterAll(() => api[Symbol.asyncDispose]());

async function post(body: unknown, token: string | undefined = serviceKey) {
  const response = await fetch(`${api.url}/v1/keys/verify`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  expectClean({ status: response.status, headers: response.headers, text }, 'verify');
  const json: Record<string, unknown> = JSON.parse(text);
  return { status: response.status, json };
}

async function verify(body: object) {
  const { status, json } = await post(body);
  expect(status, JSON.stringify(json)).toBe(200);
  return keyVerdict.parse(fromWire(keyVerdict, json, false, []));
}

const keyOf = (overrides: Parameters<typeof buildKey>[1] = {}) =>
  buildKey(api.domain, { user: user.id, ...overrides });

const eventsOf = async (userId: string) => {
  const { rows } = await api.domain.db.query<Record<string, unknown>>(
    `select id, method, path, status, refusal_code as code, units, ip, decision is not null as "isExplained"
     from usage_events where user_id = $1 order by id`,
    [userId],
  );
  return rows;
};

describe('a good key', () => {
  test('is told with its user, plan, scopes, metadata, limits and quota, in snake_case', async () => {
    const { key, secret } = await keyOf({ scopes: ['a:read'] });
    const { status, json } = await post({ key: secret });
    expect(status).toBe(200);
    expect(json).toEqual({
      valid: true,
      code: 'valid',
      status: 200,
      detail: 'The key is good for this request.',
      request_id: null,
      user_id: user.id,
      key_id: key.id,
      plan: 'pro',
      scopes: ['a:read'],
      metadata: { company_size: '10' },
      ratelimit: {
        limit: 60,
        remaining: 60,
        reset: expect.any(Number),
        retry_after_seconds: null,
      },
      quota: { limit: 1000, used: 0, remaining: 1000, reset: expect.any(Number) },
    });
  });

  test('takes the scopes, the cost and the limit of the route that its request matches', async () => {
    const route = await buildRoute(api.domain, {
      path: '/reports/*',
      host: 'api.test',
      methods: ['GET'],
      requiredScopes: ['reports:read'],
      cost: 5,
      rateLimitPerMinute: 2,
    });
    const { secret } = await keyOf({ scopes: ['reports:read'] });
    const { secret: blind } = await keyOf();
    const asked = { method: 'GET', host: 'API.test', path: '/reports/x?y=1' };
    await until(async () => (await verify({ key: blind, ...asked })).code === 'insufficient_scope');
    const good = await verify({ key: secret, ...asked, count: true });
    expect(good).toMatchObject({ valid: true, ratelimit: { limit: 2, remaining: 1 } });
    expect(good.quota).toMatchObject({ used: 5 });
    expect(await verify({ key: blind, ...asked, method: 'POST' })).toMatchObject({ valid: true });
    await until(async () => (await eventsOf(user.id)).length === 1);
    expect(await eventsOf(user.id)).toMatchObject([
      { id: good.requestId, method: 'GET', path: '/reports/x', units: 5, status: 200 },
    ]);
    await api.domain.db.query('delete from routes where id = $1', [route.id]);
  });

  test('may be a key id with its secret', async () => {
    const made = await createKey(api.domain.context(actorOf(user)), {
      name: 'basic',
      kind: 'basic',
      keyId: 'orders-service',
      keySecret: 'a-secret-that-was-chosen',
      scopes: [],
      allowedIps: null,
      rateLimitPerMinute: null,
      expiresAt: null,
    });
    const verdict = await verify({ key: 'orders-service:a-secret-that-was-chosen' });
    expect(verdict).toMatchObject({ valid: true, keyId: made.id });
    expect(await verify({ key: 'orders-service:another' })).toMatchObject({
      valid: false,
      code: 'invalid_api_key',
    });
  });
});

describe('a key that is not good', () => {
  test.each([
    ['invalid_api_key', 'no key at all'],
    ['invalid_api_key', 'ak_00000000000000000000000000000000000000'],
  ])('is told as %s: %s', async (code, key) => {
    expect(await verify({ key })).toMatchObject({
      valid: false,
      code,
      userId: null,
      keyId: null,
      plan: null,
      scopes: [],
      metadata: {},
      quota: null,
    });
  });

  const refused: [string, Parameters<typeof buildKey>[1]][] = [
    ['key_revoked', { revokedAt: new Date() }],
    ['key_disabled', { enabled: false }],
    ['key_expired', { expiresAt: new Date(0) }],
    ['ip_not_allowed', { allowedIps: ['10.0.0.0/8'] }],
  ];
  test.each(refused)('is told as %s', async (code, overrides) => {
    const { secret } = await keyOf(overrides);
    expect(await verify({ key: secret, ip: '192.0.2.1' })).toMatchObject({
      valid: false,
      code,
      userId: user.id,
    });
  });

  test('is refused without an address when it is bound to some', async () => {
    const { secret } = await keyOf({ allowedIps: ['10.0.0.0/8'] });
    expect(await verify({ key: secret })).toMatchObject({ valid: false, code: 'ip_not_allowed' });
    expect(await verify({ key: secret, ip: '10.1.1.1' })).toMatchObject({ valid: true });
  });

  test('lacks a scope that was asked for', async () => {
    const { secret } = await keyOf({ scopes: ['a:*'] });
    expect(await verify({ key: secret, scopes: ['a:x'] })).toMatchObject({ valid: true });
    const verdict = await verify({ key: secret, scopes: ['a:x', 'b'] });
    expect(verdict).toMatchObject({ valid: false, code: 'insufficient_scope', status: 403 });
  });

  test('belongs to a user who was suspended a moment ago', async () => {
    const other = await buildUser(api.domain, { plan: planId });
    const { secret } = await buildKey(api.domain, { user: other.id });
    expect(await verify({ key: secret })).toMatchObject({ valid: true });
    await api.domain.db.query(`update users set status = 'suspended' where id = $1`, [other.id]);
    const suspendedAtMs = Date.now();
    await until(async () => (await verify({ key: secret })).code === 'user_suspended');
    expect(Date.now() - suspendedAtMs).toBeLessThan(1000);
  });
});

describe('counting', () => {
  test('takes from limits only when asked to, and exactly as much as there is', async () => {
    const plan = await buildPlan(api.domain, { rateLimitPerMinute: null, requestsPerMonth: 10 });
    const counted = await buildUser(api.domain, { plan: plan.id });
    const { secret } = await buildKey(api.domain, { user: counted.id });
    for (let at = 0; at < 20; at += 1) expect((await verify({ key: secret })).valid).toBe(true);
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, () => verify({ key: secret, count: true, ip: '192.0.2.7' })),
    );
    expect(verdicts.filter(({ valid }) => valid)).toHaveLength(10);
    expect(verdicts.filter(({ code }) => code === 'quota_exceeded')).toHaveLength(30);
    expect(await verify({ key: secret })).toMatchObject({ valid: false, code: 'quota_exceeded' });
    await until(async () => (await eventsOf(counted.id)).length === 40);
    const events = await eventsOf(counted.id);
    expect(events.filter(({ units }) => units === 1)).toHaveLength(10);
    expect(events.find(({ code }) => code === 'quota_exceeded')).toMatchObject({
      path: '/v1/keys/verify',
      ip: '192.0.2.7',
      units: 0,
      status: 402,
      isExplained: true,
    });
    const { rows } = await api.domain.db.query(
      'select units::int from quota_periods where user_id = $1',
      [counted.id],
    );
    expect(rows).toEqual([{ units: 10 }]);
  });

  test('tells how long to wait when the rate is exhausted, to those who do not count too', async () => {
    const plan = await buildPlan(api.domain, { rateLimitPerMinute: 2, requestsPerMonth: null });
    const limited = await buildUser(api.domain, { plan: plan.id });
    const { secret } = await buildKey(api.domain, { user: limited.id });
    for (const count of [true, true]) await verify({ key: secret, count });
    for (const count of [true, false]) {
      const verdict = await verify({ key: secret, count });
      expect(verdict).toMatchObject({ valid: false, code: 'rate_limited' });
      expect(verdict.ratelimit).toMatchObject({ remaining: 0, retryAfterSeconds: 30 });
      expect(verdict.quota).toMatchObject({ limit: null, used: 2, remaining: null });
    }
  });

  test('takes the cost that it was told', async () => {
    const counted = await buildUser(api.domain, { plan: planId });
    const { secret } = await buildKey(api.domain, { user: counted.id });
    expect((await verify({ key: secret, count: true, cost: 7 })).quota?.used).toBe(7);
    expect((await verify({ key: secret, count: true, cost: 0 })).quota?.used).toBe(7);
  });
});

describe('who may ask', () => {
  test('service keys with the scope, and nobody else', async () => {
    const { secret } = await keyOf();
    const other = (await buildServiceKey(api.domain, ['keys:read', 'users:read'])).secret;
    const codeFor = async (token: string | undefined) => {
      const { status, json } = await post({ key: secret }, token);
      return [status, json['code']];
    };
    expect(await codeFor('')).toEqual([401, 'unauthenticated']);
    expect(await codeFor(other)).toEqual([403, 'forbidden']);
    expect(await codeFor(secret)).toEqual([401, 'unauthenticated']);
    expect(await codeFor(api.tokens.customer)).toEqual([403, 'forbidden']);
    expect(await codeFor(api.tokens.service)).toEqual([200, 'valid']);
  });

  test.each([
    {},
    { key: '' },
    { key: 1 },
    { key: 'x'.repeat(600) },
    { key: 'x', path: 'no-slash' },
    { key: 'x', path: '/a/../b' },
    { key: 'x', path: '/a//b' },
    { key: 'x', method: 'get' },
    { key: 'x', ip: 'elsewhere' },
    { key: 'x', cost: -1 },
    { key: 'x', cost: 1.5 },
    { key: 'x', scopes: ['?'] },
    { key: 'x', count: 'yes' },
    { key: 'x', admin: true },
  ])('a question that is not well formed is refused: %j', async (body) => {
    const { status, json } = await post(body);
    expect([status, json['code']]).toEqual([400, 'bad_request']);
  });
});

test('a key that is not known while the database is away is not told to be bad', async () => {
  await using away = await startTestApi();
  const own = (await buildServiceKey(away.domain, ['keys:verify'])).secret;
  const { secret } = await buildKey(away.domain);
  const ask = async () => {
    const response = await fetch(`${away.url}/v1/keys/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${own}` },
      body: JSON.stringify({ key: secret }),
    });
    return [response.status, Reflect.get(Object(await response.json()), 'code')];
  };
  await away.domain.db.query('alter table keys rename to keys_gone');
  expect(await ask()).toEqual([503, 'not_ready']);
  await away.domain.db.query('alter table keys_gone rename to keys');
  expect(await ask()).toEqual([200, 'valid']);
});

test('keys in use are verified while the database is away, and no others', async () => {
  await using stack = new AsyncDisposableStack();
  const relay = await openRelay(api.domain.url);
  const orm = await openOrm(relay.url);
  stack.defer(async () => {
    await orm.close(true);
    await relay.cut();
  });
  const far = stack.use(await startTestApi({ orm, gateDatabaseUrl: relay.url }));
  const [known, unknown] = [(await keyOf()).secret, (await keyOf()).secret];
  const ask = async (key: string, token = serviceKey) => {
    const response = await fetch(`${far.url}/v1/keys/verify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ key, count: true }),
    });
    return [response.status, Reflect.get(Object(await response.json()), 'code')];
  };
  expect(await ask(known)).toEqual([200, 'valid']);
  await relay.cut();
  await until(async () => (await ask(unknown))[0] === 503);
  expect(await ask(known)).toEqual([200, 'valid']);
  expect(await ask(unknown)).toEqual([503, 'not_ready']);
  expect(await ask(known, generateApiKey('sk'))).toEqual([503, 'not_ready']);
  await relay.mend();
  await until(async () => (await ask(unknown))[0] === 200);
});
