import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import type { User } from '@apigate/domain';
import { buildKey, buildPlan, buildRoute, buildUser } from '@apigate/domain/testing';
import { generateApiKey } from '@apigate/domain/gateway';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessLog } from './access-log.ts';
import { createApp } from './app.ts';
import { ApiMetrics } from './metrics.ts';
import { startTestApi, type TestApi } from './testing/test-api.ts';
import { until } from './testing/until.ts';

let api: TestApi;
let user: User;
let secret: string;
beforeAll(async () => {
  api = await startTestApi();
  const plan = await buildPlan(api.domain, { rateLimitPerMinute: 600, requestsPerMonth: 1_000 });
  user = await buildUser(api.domain, { plan: plan.id, metadata: { company: 'ACME' } });
  secret = (await buildKey(api.domain, { user: user.id })).secret;
  await buildRoute(api.domain, { path: '/admin/*', requiredScopes: ['admin:read'] });
  await buildRoute(api.domain, { path: '/open/*', authRequired: false, rateLimitPerMinute: 2 });
  await buildRoute(api.domain, { path: '/costly', methods: ['POST'], cost: 5 });
});
afterAll(() => api[Symbol.asyncDispose]());

/** Asks with the headers as they are given, repeated ones too. */
async function ask(
  path: string,
  headers: Record<string, string | string[]> = {},
  { method = 'GET', base = api.url, body = '' } = {},
) {
  const req = request(base + path, { method, headers });
  req.end(body);
  const [res]: IncomingMessage[] = await once(req, 'response');
  if (res === undefined) throw new Error('there was no answer');
  const answer = await text(res);
  const code: unknown = answer === '' ? null : Reflect.get(Object(JSON.parse(answer)), 'code');
  return { status: res.statusCode, headers: res.headers, code };
}

const own = () => ({ 'X-API-Key': secret });

test('tells who it is and what is left, and sends no body', async () => {
  const answer = await ask('/v1/forward-auth', { ...own(), 'X-Original-URI': '/things' });
  expect(answer).toMatchObject({ status: 200, code: null });
  expect(answer.headers).toMatchObject({
    'x-user-id': user.id,
    'x-plan-id': user.plan.id,
    'x-user-meta-company': 'ACME',
    'x-ratelimit-limit': '600',
    'x-quota-limit': '1000',
    'cache-control': 'no-store',
  });
  expect(answer.headers['ratelimit']).toMatch(/^"minute";r=599/);
});

describe('the original request', () => {
  test.each([
    ['/v1/forward-auth', { 'X-Original-URI': '/admin/x?a=b' }],
    ['/v1/forward-auth', { 'X-Original-URL': 'https://api.test/admin/x?a=b' }],
    ['/v1/forward-auth', { 'X-Forwarded-Uri': '/admin/x' }],
    ['/v1/forward-auth', { 'X-Forwarded-Uri': '/%61dmin/x' }],
    ['/v1/forward-auth/admin/x?a=b', {}],
    ['/V1/Forward-Auth/admin/x', {}],
  ])('is read from %s %j', async (path, headers) => {
    expect(await ask(path, { ...own(), ...headers })).toMatchObject({
      status: 403,
      code: 'insufficient_scope',
    });
  });

  test.each([
    ['X-Original-Method', { 'X-Original-URI': '/costly' }, 'GET', '/v1/forward-auth'],
    ['X-Forwarded-Method', { 'X-Forwarded-Uri': '/costly' }, 'GET', '/v1/forward-auth'],
  ] as const)('lends its method by %s', async (name, headers, method, path) => {
    const usedAfter = async (given: string) => {
      const sent = { ...own(), ...headers, [name]: given };
      return Number((await ask(path, sent, { method })).headers['x-quota-used']);
    };
    const before = await usedAfter('GET');
    expect(await usedAfter('POST')).toBe(before + 5);
  });

  test('lends its method to Envoy’s question', async () => {
    const used = async (method: string) =>
      Number((await ask('/v1/forward-auth/costly', own(), { method })).headers['x-quota-used']);
    const before = await used('GET');
    expect(await used('POST')).toBe(before + 5);
  });

  test.each([
    [{ 'X-Original-URI': '/things', 'X-Forwarded-Uri': '/admin/x' }, '/v1/forward-auth'],
    [{ 'X-Original-URI': ['/things', '/admin/x'] }, '/v1/forward-auth'],
    [{ 'X-Forwarded-Uri': '/things' }, '/v1/forward-auth/admin/x'],
    [{ 'X-Forwarded-Uri': '/things' }, '/v1/forward-auth/'],
    [{ 'X-Original-Method': 'GET', 'X-Forwarded-Method': 'POST' }, '/v1/forward-auth'],
    [{ 'X-Original-Method': 'get it' }, '/v1/forward-auth'],
    [{ 'X-Original-URI': '/a/../admin/x' }, '/v1/forward-auth'],
    [{ 'X-Original-URI': '/a/%2e%2e/admin/x' }, '/v1/forward-auth'],
    [{ 'X-Original-URI': '/a%2fadmin' }, '/v1/forward-auth'],
    [{ 'X-Original-URI': '//admin/x' }, '/v1/forward-auth'],
    [{ 'X-Original-URI': '/a\\admin' }, '/v1/forward-auth'],
  ])('is refused where it can be read in two ways: %j %s', async (headers, path) => {
    expect(await ask(path, { ...own(), ...headers })).toMatchObject({
      status: 400,
      code: 'bad_request',
    });
  });

  test('needs no route, unless that is asked for', async () => {
    const headers = { ...own(), 'X-Original-URI': '/nowhere' };
    expect(await ask('/v1/forward-auth', headers)).toMatchObject({ status: 200 });
    expect(await ask('/v1/forward-auth?route=required', headers)).toMatchObject({
      status: 404,
      code: 'route_not_found',
    });
    const inTarget = await ask('/v1/forward-auth/nowhere?route=required', own());
    expect(inTarget.status).toBe(200);
  });

  test('has its body left alone, whatever it says of it', async () => {
    const headers = { ...own(), 'Content-Encoding': 'br', 'Content-Type': 'application/json' };
    const answer = await ask('/v1/forward-auth/x', headers, { method: 'POST', body: 'not JSON' });
    expect(answer.status).toBe(200);
  });
});

describe('credentials', () => {
  const missing = generateApiKey('ak');
  test.each([
    ['missing_api_key', () => ({})],
    ['invalid_api_key', () => ({ 'X-API-Key': 'noise' })],
    ['invalid_api_key', () => ({ 'X-API-Key': missing })],
    ['invalid_api_key', () => ({ 'X-API-Key': [secret, missing] })],
    ['invalid_api_key', () => ({ 'X-API-Key': secret, Authorization: `Bearer ${missing}` })],
  ])('are refused as %s', async (code, headers) => {
    const answer = await ask('/v1/forward-auth', headers());
    expect(answer).toMatchObject({ status: 401, code });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'www-authenticate': 'Bearer',
      'x-apigate-status': '401',
      'x-apigate-code': code,
    });
    expect(answer.headers['x-user-id']).toBeUndefined();
  });

  test('are not needed where the route needs none; its limit holds for each address', async () => {
    const open = (ip: string) => ask('/v1/forward-auth/open/x', { 'X-Forwarded-For': ip });
    const statuses = [];
    for (const ip of ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2']) {
      statuses.push((await open(ip)).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200]);
    expect((await open('192.0.2.3')).headers['x-user-id']).toBeUndefined();
  });

  test('that cannot be a key are refused without a look into the database', async () => {
    await using away = await startTestApi();
    const base = away.url;
    await ask('/v1/forward-auth', {}, { base });
    await away.domain.db.query('alter table keys rename to keys_gone');
    const code = async (key: string) =>
      (await ask('/v1/forward-auth', { 'X-API-Key': key }, { base })).code;
    expect(await code(`ak_${'x'.repeat(38)}`)).toBe('invalid_api_key');
    expect(await code(missing)).toBe('not_ready');
    await away.domain.db.query('alter table keys_gone rename to keys');
  });

  test('that go on while the database is away are those that were in use', async () => {
    await using away = await startTestApi();
    const base = away.url;
    const known = (await buildKey(away.domain)).secret;
    const code = async (key: string) =>
      (await ask('/v1/forward-auth', { 'X-API-Key': key }, { base })).status;
    expect(await code(known)).toBe(200);
    await away.domain.db.query('alter table keys rename to keys_gone');
    expect(await code(known)).toBe(200);
    await away.domain.db.query('alter table keys_gone rename to keys');
  });
});

describe('a refusal', () => {
  test('comes as 403 where the proxy takes nothing else, and tells what it would be', async () => {
    const plan = await buildPlan(api.domain, { rateLimitPerMinute: 1 });
    const limited = await buildUser(api.domain, { plan: plan.id });
    const headers = { 'X-API-Key': (await buildKey(api.domain, { user: limited.id })).secret };
    expect((await ask('/v1/forward-auth?deny=403', headers)).status).toBe(200);
    const refused = await ask('/v1/forward-auth?deny=403', headers);
    expect(refused).toMatchObject({ status: 403, code: 'rate_limited' });
    expect(refused.headers).toMatchObject({
      'x-apigate-status': '429',
      'x-apigate-code': 'rate_limited',
      'retry-after': '60',
      'x-quota-used': '1',
    });
    expect((await ask('/v1/forward-auth', headers)).status).toBe(429);
    expect((await ask('/v1/forward-auth?deny=403', {})).status).toBe(401);
  });

  test('of a known key is a usage event that tells how it came about', async () => {
    const refused = await ask('/v1/forward-auth/admin/x', own());
    const id = String(refused.headers['x-request-id']);
    const stored = async () => {
      const { rows } = await api.domain.db.query<{ status: number; units: number; last: unknown }>(
        `select status, units, decision -> -1 as last from usage_events where id = $1`,
        [id],
      );
      return rows;
    };
    await until(async () => (await stored()).length === 1);
    expect(await stored()).toMatchObject([
      { status: 403, units: 0, last: { rule: 'scopes', passed: false, missing: ['admin:read'] } },
    ]);
  });
});

describe('from an address that nobody trusts', () => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.internal === false && one.family === 'IPv4')?.address;

  /** The same control plane behind an address of this machine that is not its loopback. */
  async function listen(trustedProxies: string[]) {
    if (address === undefined) throw new Error('this machine has no address but its loopback');
    const stack = new AsyncDisposableStack();
    const accessLog = stack.use(new AccessLog(api.deps));
    const metrics = stack.use(new ApiMetrics(api.deps));
    const throttle = { windowSeconds: 60, limit: 10 };
    const options = { trustedProxies, webDir: '/', accessLog, metrics, throttle };
    const server = createServer(createApp(api.deps, options));
    server.listen(0, address);
    await once(server, 'listening');
    stack.defer(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    });
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('no port was given');
    const base = `http://${address}:${bound.port}`;
    return { base, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  test('the decision is told, and nothing that we keep about the user', async () => {
    await using elsewhere = await listen([]);
    const { status, headers } = await ask('/v1/forward-auth', own(), elsewhere);
    expect(status).toBe(200);
    expect(headers['x-quota-limit']).toBe('1000');
    expect(Object.keys(headers).filter((name) => /^x-(?:user|plan|key)-/.test(name))).toEqual([]);
    await using named = await listen([`${address}/32`]);
    const told = await ask('/v1/forward-auth', own(), named);
    expect(told.headers['x-user-id']).toBe(user.id);
  });

  test('what it says of its address is not believed', async () => {
    const bound = await buildKey(api.domain, { user: user.id, allowedIps: ['10.0.0.0/8'] });
    const headers = { 'X-API-Key': bound.secret, 'X-Forwarded-For': '10.1.2.3' };
    await using elsewhere = await listen([]);
    expect((await ask('/v1/forward-auth', headers, elsewhere)).code).toBe('ip_not_allowed');
    expect((await ask('/v1/forward-auth', headers)).status).toBe(200);
  });
});
