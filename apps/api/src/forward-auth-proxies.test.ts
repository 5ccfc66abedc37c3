import { buildKey, buildPlan, buildRoute, buildUser } from '@apigate/domain/testing';
import type { User } from '@apigate/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { otherProxies, startOtherProxy, type OtherProxy } from './testing/other-proxies.ts';
import { startTestApi, type TestApi } from './testing/test-api.ts';
import { until } from './testing/until.ts';

let api: TestApi;
let user: User;
let secret: string;
let planId: string;
beforeAll(async () => {
  api = await startTestApi();
  planId = (await buildPlan(api.domain, { rateLimitPerMinute: null, requestsPerMonth: null })).id;
  user = await buildUser(api.domain, { plan: planId, metadata: { company: 'ACME' } });
  secret = (await buildKey(api.domain, { user: user.id })).secret;
  await buildRoute(api.domain, { path: '/admin/*', requiredScopes: ['admin:read'] });
});
afterAll(() => api[Symbol.asyncDispose]());

describe.each(otherProxies)('behind %s, as docs/forward-auth.md configures it', (name) => {
  let proxy: OtherProxy;
  beforeAll(async () => {
    proxy = await startOtherProxy(name, api.url);
  });
  afterAll(() => proxy[Symbol.asyncDispose]());

  const send = async (
    path: string,
    headers: Record<string, string> = { 'X-API-Key': secret },
    init: RequestInit = {},
  ) => {
    const response = await fetch(proxy.url + path, { ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text };
  };
  /** What the body of a refusal says of it. */
  const codeOf = (text: string): unknown => Reflect.get(Object(JSON.parse(text)), 'code');

  test('a request with a good key reaches the API with who sent it, and without the key', async () => {
    const { status, text } = await send('/things?page=2');
    expect([status, text]).toEqual([200, 'from the API']);
    expect(proxy.seen()).toMatchObject({
      'x-user-id': user.id,
      'x-plan-id': planId,
      'x-user-meta-company': 'ACME',
    });
    expect(proxy.seen()['x-key-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(proxy.seen()['x-api-key'] ?? '').toBe('');
    expect(JSON.stringify(proxy.seen())).not.toContain(secret);
  });

  test('a bearer token is as good, and does not reach the API either', async () => {
    expect((await send('/things', { Authorization: `Bearer ${secret}` })).status).toBe(200);
    expect(JSON.stringify(proxy.seen())).not.toContain(secret);
  });

  test('a body goes to the API and not to apigate', async () => {
    const body = 'x'.repeat(300_000);
    const { status } = await send(
      '/things',
      { 'X-API-Key': secret, 'Content-Encoding': 'br' },
      { method: 'POST', body },
    );
    expect(status).toBe(200);
    expect(proxy.seen()['content-length']).toBe('300000');
  });

  test('what a client says of itself does not reach the API', async () => {
    const { status } = await send('/things', {
      'X-API-Key': secret,
      'X-User-Id': 'somebody',
      'x-plan-id': 'enterprise',
      'X-KEY-ID': 'other',
      'X-User-Email': 'root@example.com',
      'X-User-Meta-Company': 'Evil',
    });
    expect(status).toBe(200);
    expect(proxy.seen()).toMatchObject({ 'x-user-id': user.id, 'x-user-meta-company': 'ACME' });
    expect(JSON.stringify(proxy.seen())).not.toMatch(/somebody|enterprise|other|root@|Evil/);
  });

  test('without a key, or with a bad one, nothing reaches the API', async () => {
    const before = proxy.requests();
    const missing = await send('/things', {});
    expect([missing.status, codeOf(missing.text)]).toEqual([401, 'missing_api_key']);
    const bad = await send('/things', { 'X-API-Key': `${secret.slice(0, -1)}!` });
    expect([bad.status, codeOf(bad.text)]).toEqual([401, 'invalid_api_key']);
    expect(proxy.requests()).toBe(before);
  });

  test('a route of apigate lends its scopes, whatever the client says of its address', async () => {
    const before = proxy.requests();
    const { status, text } = await send('/admin/users?x=1');
    expect([status, codeOf(text)]).toEqual([403, 'insufficient_scope']);
    for (const lie of ['X-Original-URI', 'X-Original-URL', 'X-Forwarded-Uri']) {
      const lied = await send('/admin/users', { 'X-API-Key': secret, [lie]: '/things' });
      expect(lied.status, lie).toBe(403);
    }
    expect(proxy.requests()).toBe(before);
  });

  test('who is past the rate limit is told how long to wait', async () => {
    const plan = await buildPlan(api.domain, { rateLimitPerMinute: 3, requestsPerMonth: null });
    const limited = await buildUser(api.domain, { plan: plan.id });
    const key = (await buildKey(api.domain, { user: limited.id })).secret;
    const before = proxy.requests();
    const answers = [];
    for (let at = 0; at < 5; at += 1) answers.push(await send('/things', { 'X-API-Key': key }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
    const refused = answers[4];
    expect(codeOf(refused?.text ?? '')).toBe('rate_limited');
    expect(refused?.headers.get('retry-after')).toBe('20');
    expect(refused?.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(proxy.requests()).toBe(before + 3);
  });

  test('who is past the quota is refused as by our own proxy', async () => {
    const plan = await buildPlan(api.domain, { rateLimitPerMinute: null, requestsPerMonth: 1 });
    const limited = await buildUser(api.domain, { plan: plan.id });
    const key = (await buildKey(api.domain, { user: limited.id })).secret;
    const answers = [];
    for (let at = 0; at < 2; at += 1) answers.push(await send('/things', { 'X-API-Key': key }));
    expect(answers.map(({ status }) => status)).toEqual([200, 402]);
    expect(codeOf(answers[1]?.text ?? '')).toBe('quota_exceeded');
  });

  test('a suspended user is out within a second', async () => {
    const gone = await buildUser(api.domain, { plan: planId });
    const headers = { 'X-API-Key': (await buildKey(api.domain, { user: gone.id })).secret };
    expect((await send('/things', headers)).status).toBe(200);
    await api.domain.db.query(`update users set status = 'suspended' where id = $1`, [gone.id]);
    const suspendedAtMs = performance.now();
    await until(async () => (await send('/things', headers)).status === 403);
    expect(performance.now() - suspendedAtMs).toBeLessThan(1000);
    expect(codeOf((await send('/things', headers)).text)).toBe('user_suspended');
  });

  test('every request is metered with its method, its path and the address of the client', async () => {
    const counted = await buildUser(api.domain, { plan: planId });
    const headers = { 'X-API-Key': (await buildKey(api.domain, { user: counted.id })).secret };
    await send('/a/b?c', { ...headers, 'X-Forwarded-For': '203.0.113.9' }, { method: 'DELETE' });
    await send('/admin/x', headers);
    const events = async () => {
      const { rows } = await api.domain.db.query(
        `select method, path, status, units, ip from usage_events where user_id = $1 order by id`,
        [counted.id],
      );
      return rows;
    };
    await until(async () => (await events()).length === 2);
    expect(await events()).toEqual([
      { method: 'DELETE', path: '/a/b', status: 200, units: 1, ip: '127.0.0.1' },
      { method: 'GET', path: '/admin/x', status: 403, units: 0, ip: '127.0.0.1' },
    ]);
  });
});
