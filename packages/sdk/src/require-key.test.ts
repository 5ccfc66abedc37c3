import { once } from 'node:events';
import { createServer } from 'node:http';
import { startTestApi, type TestApi } from '@apigate/api/testing';
import express, { type ErrorRequestHandler } from 'express';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApigateError } from './apigate-error.ts';
import { type Apigate, createApigate } from './create-apigate.ts';
import { requireKey as requireKeyInExpress } from './express.ts';
import { type Fallback, type RequireKeyOptions, requireKey, type VerifiedKey } from './fetch.ts';
import { type ApigateVariables, requireKey as requireKeyInHono } from './hono.ts';
import type { CreateKeyInput, CreatePlanInput } from './types.ts';

let api: TestApi;
/** May do everything; what is tested has a key that may verify, and nothing else. */
let admin: Apigate;
let apigate: Apigate;
const closers: (() => void)[] = [];

beforeAll(async () => {
  api = await startTestApi();
  admin = createApigate({ url: api.url, token: api.tokens.service });
  const { secret } = await admin.serviceKeys.create({ name: 'checker', scopes: ['keys:verify'] });
  apigate = createApigate({ url: api.url, token: secret });
});
afterAll(async () => {
  for (const close of closers) close();
  await api[Symbol.asyncDispose]();
});

let made = 0;
/** A customer on a plan of their own, with a key. */
async function makeCustomer(
  plan: Partial<CreatePlanInput> = {},
  key: Partial<CreateKeyInput> = {},
): Promise<{ userId: string; key: string }> {
  made += 1;
  const { id: planId } = await admin.plans.create({ name: `Plan ${made}`, ...plan });
  const { id: userId } = await admin.users.create({ email: `c${made}@example.com`, plan: planId });
  const { secret } = await admin.keys.create({ user: userId, name: 'of a test', ...key });
  return { userId, key: secret };
}

/** Options that are the same for all frameworks. */
interface Options {
  scopes?: string[];
  cost?: number;
  whenUnreachable?: Fallback;
}
type Ask = (path: string, headers?: Record<string, string>) => Promise<Response>;

/** What the handler behind the check answers with. */
const known = (key: VerifiedKey | null | undefined) => ({ userId: key?.userId ?? null });

const frameworks: [string, (client: Apigate, options: Options) => Promise<Ask>][] = [
  [
    'Express',
    async (client, options) => {
      const app = express();
      app.use('/api', requireKeyInExpress(client, options));
      app.get('/api/{*rest}', (req, res) => void res.json(known(req.apigate)));
      const onError: ErrorRequestHandler = (error, _req, res, _next) => {
        res.status(500).json({ code: error.code });
      };
      app.use(onError);
      const server = createServer(app).listen(0, '127.0.0.1');
      await once(server, 'listening');
      closers.push(() => server.close());
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : '';
      return (path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers });
    },
  ],
  [
    'Hono',
    async (client, options) => {
      const app = new Hono<{ Variables: ApigateVariables }>();
      app.use('/api/*', requireKeyInHono(client, options));
      app.get('/api/*', (c) => c.json(known(c.var.apigate)));
      app.onError((error, c) => c.json({ code: 'code' in error ? error.code : '' }, 500));
      return async (path, headers = {}) => app.request(path, { headers });
    },
  ],
  [
    'a Fetch handler',
    async (client, options) => {
      const handle = requireKey(client, options, (_request, key) => Response.json(known(key)));
      return async (path, headers = {}) => {
        try {
          return await handle(new Request(`http://api.test${path}`, { headers }));
        } catch (error) {
          return Response.json({ code: (error as ApigateError).code }, { status: 500 });
        }
      };
    },
  ],
];

async function problemOf(response: Response): Promise<unknown> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem: Record<string, unknown> = await response.json();
  expect(problem).toMatchObject({
    type: 'about:blank',
    title: expect.any(String),
    status: response.status,
    detail: expect.any(String),
  });
  return problem['code'];
}

/** A port at which nothing listens. */
const away = createApigate({ url: 'http://127.0.0.1:1', token: 'sk_1' });

describe.each(frameworks)('in %s', (_name, start) => {
  test('a good key passes with its owner, is counted, and is told its limits', async () => {
    const { userId, key } = await makeCustomer({ rateLimitPerMinute: 60, requestsPerMonth: 100 });
    const ask = await start(apigate, { cost: 7 });
    const response = await ask('/api/reports', { 'x-api-key': key });
    expect([response.status, await response.json()]).toEqual([200, { userId }]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-ratelimit-limit': '60',
      'x-ratelimit-remaining': '59',
      'x-quota-limit': '100',
      'x-quota-used': '7',
      'x-quota-remaining': '93',
      'ratelimit-policy': '"minute";q=60;w=60, "period";q=100',
      ratelimit: expect.stringMatching(/^"minute";r=59;t=\d+, "period";r=93;t=\d+$/),
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('no key and a wrong one are 401', async () => {
    const ask = await start(apigate, {});
    const without = await ask('/api/reports');
    expect([without.status, await problemOf(without)]).toEqual([401, 'missing_api_key']);
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
    const wrong = await ask('/api/reports', { authorization: 'Bearer ak_1' });
    expect([wrong.status, await problemOf(wrong)]).toEqual([401, 'invalid_api_key']);
  });

  test('a key without the scope is 403', async () => {
    const { key } = await makeCustomer({}, { scopes: ['reports:read'] });
    const headers = { authorization: `Bearer ${key}` };
    const asReader = await start(apigate, { scopes: ['reports:read'] });
    expect((await asReader('/api/reports', headers)).status).toBe(200);
    const asWriter = await start(apigate, { scopes: ['reports:write'] });
    const refused = await asWriter('/api/reports', headers);
    expect([refused.status, await problemOf(refused)]).toEqual([403, 'insufficient_scope']);
  });

  test('a key past its limit is 429, and told when to come back', async () => {
    const { key } = await makeCustomer({ rateLimitPerMinute: 2 });
    const ask = await start(apigate, {});
    const headers = { 'x-api-key': key };
    for (let at = 0; at < 2; at += 1) expect((await ask('/api/x', headers)).status).toBe(200);
    const refused = await ask('/api/x', headers);
    expect([refused.status, await problemOf(refused)]).toEqual([429, 'rate_limited']);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(refused.headers.get('ratelimit')).toMatch(/^"minute";r=0;/);
  });

  test('nothing passes while the control plane is away, unless that is wanted', async () => {
    const headers = { 'x-api-key': 'ak_1' };
    const refused = await (await start(away, {}))('/api/x', headers);
    expect([refused.status, await problemOf(refused)]).toEqual([503, 'not_ready']);
    expect(refused.headers.get('retry-after')).toBe('1');
    const allowed = await (await start(away, { whenUnreachable: 'allow' }))('/api/x', headers);
    expect([allowed.status, await allowed.json()]).toEqual([200, { userId: null }]);
  });

  test('a service key that may not verify is a fault of ours, even where faults may pass', async () => {
    const powerless = createApigate({ url: api.url, token: api.tokens.customer });
    const ask = await start(powerless, { whenUnreachable: 'allow' });
    const response = await ask('/api/x', { 'x-api-key': 'ak_1' });
    expect([response.status, await response.json()]).toEqual([500, { code: 'forbidden' }]);
  });
});

/** Asks a Fetch handler, which answers 200 to what passes. */
function ask(
  options: RequireKeyOptions<Request>,
  headers: Record<string, string>,
  url = 'http://api.test/x',
): Promise<Response> {
  const handle = requireKey(apigate, options, () => new Response());
  return handle(new Request(url, { headers }));
}

test('the owner decides who passes while the control plane is away, and learns why it is', async () => {
  const codes: string[] = [];
  const handle = requireKey(
    away,
    {
      whenUnreachable: (error, request) => {
        codes.push(error.code);
        return request.method === 'GET' ? 'allow' : 'refuse';
      },
    },
    () => new Response(),
  );
  const headers = { 'x-api-key': 'ak_1' };
  expect((await handle(new Request('http://api.test/', { headers }))).status).toBe(200);
  const post = new Request('http://api.test/', { method: 'POST', headers });
  expect((await handle(post)).status).toBe(503);
  expect(codes).toEqual(['network_error', 'network_error']);
});

test('a quota that is used up is 402, with the time until the next period', async () => {
  const { key } = await makeCustomer({ requestsPerMonth: 10 });
  const cost = (request: Request) => Number(new URL(request.url).searchParams.get('cost'));
  const of = (units: number) =>
    ask({ cost }, { 'x-api-key': key }, `http://api.test/?cost=${units}`);
  expect((await of(10)).headers.get('x-quota-remaining')).toBe('0');
  const refused = await of(1);
  expect([refused.status, await problemOf(refused)]).toEqual([402, 'quota_exceeded']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('what is not counted takes nothing', async () => {
  const { key } = await makeCustomer();
  for (let at = 0; at < 3; at += 1) {
    const response = await ask({ count: false }, { 'x-api-key': key });
    expect(response.headers.get('x-quota-used')).toBe('0');
    expect(response.headers.get('x-request-id')).toBeNull();
  }
});

test('an old answer is taken where it may be, and never for what counts', async () => {
  const { userId, key } = await makeCustomer();
  const handle = requireKey(apigate, { count: false, cacheMs: 60_000 }, () => new Response());
  const pass = async () => {
    const request = new Request('http://api.test/', { headers: { 'x-api-key': key } });
    return (await handle(request)).status;
  };
  expect(await pass()).toBe(200);
  await admin.users.suspend(userId);
  expect(await pass()).toBe(200);
  expect(() => requireKey(apigate, { cacheMs: 1 }, () => new Response())).toThrow(TypeError);
});

test('a key id and its secret pass as the proxy takes them', async () => {
  await makeCustomer({}, { kind: 'basic', keyId: 'shop-1', keySecret: 's3cret:1' });
  const basic = { authorization: `Basic ${btoa('shop-1:s3cret:1')}` };
  expect((await ask({}, basic)).status).toBe(200);
  expect((await ask({}, { 'x-api-key': 'shop-1:s3cret:1' })).status).toBe(200);
  expect((await ask({}, { authorization: `Basic ${btoa('shop-1:other')}` })).status).toBe(401);
});

test('a request with two different keys is refused', async () => {
  const { key } = await makeCustomer();
  const { key: other } = await makeCustomer();
  const both = (authorization: string) => ask({}, { 'x-api-key': key, authorization });
  expect((await both(`Bearer ${key}`)).status).toBe(200);
  expect((await both('Digest something')).status).toBe(200);
  const refused = await both(`Bearer ${other}`);
  expect([refused.status, await problemOf(refused)]).toEqual([401, 'invalid_api_key']);
});

test.each(['Basic %%%', 'Bearer two words', `Bearer ${'a'.repeat(600)}`, 'bearer ak_ü'])(
  'what cannot be a key is refused: %s',
  async (authorization) => {
    const refused = await ask({}, { authorization });
    expect([refused.status, await problemOf(refused)]).toEqual([401, 'invalid_api_key']);
  },
);

test('the key may be somewhere else, and then nowhere else', async () => {
  const { key } = await makeCustomer();
  const readKey = (request: Request) => request.headers.get('x-shop-key');
  expect((await ask({ readKey }, { 'x-shop-key': key })).status).toBe(200);
  expect((await ask({ readKey }, { 'x-api-key': key })).status).toBe(401);
});

test('a key that is bound to addresses is good from there alone', async () => {
  const { key } = await makeCustomer({}, { allowedIps: ['192.0.2.0/24'] });
  const from = (ip?: string) => ask({ readIp: () => ip }, { 'x-api-key': key });
  expect((await from('192.0.2.9')).status).toBe(200);
  for (const refused of [await from('198.51.100.1'), await from()]) {
    expect([refused.status, await problemOf(refused)]).toEqual([403, 'ip_not_allowed']);
  }
});

test('a route that matches lends its scopes, and no way of writing its path goes around them', async () => {
  const { key } = await makeCustomer();
  const upstream = await admin.upstreams.create({ name: 'Reports', url: 'https://example.com' });
  await admin.routes.create({
    name: 'Secrets',
    path: '/secret/*',
    upstream: upstream.id,
    requiredScopes: ['secrets:read'],
  });
  const statusOf = async (path: string) =>
    (await ask({}, { 'x-api-key': key }, `http://api.test${path}`)).status;
  while ((await statusOf('/secret/1')) !== 403);
  expect(await statusOf('/%73ecret/1?x=/public')).toBe(403);
  expect(await statusOf('//secret/1')).toBe(400);
  expect(await statusOf('/public')).toBe(200);
});
