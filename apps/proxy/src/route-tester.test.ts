import { httpMethods, testRouteInput } from '@apigate/contract';
import { openOrm, PasswordHasher, system, testRoute, type DomainContext } from '@apigate/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EchoedRequest } from './testing/echo-upstream.ts';
import { insertCustomer, insertRoute, insertUpstream, testPepper } from './testing/records.ts';
import { exchangeRaw } from './testing/send-raw.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { startGateway, testEncryptionKey, type Gateway } from './testing/start-gateway.ts';

const random = seededRandom(20261122);
function one<T>(choices: readonly [T, ...T[]]): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  return chosen === undefined ? choices[0] : chosen;
}

const segments = ['a', 'b', 'v1', 'users'] as const;
const hosts = ['api.test', 'api.test:8000', 'other.test'] as const;

function somePath(): string {
  return `/${Array.from({ length: 1 + Math.floor(random() * 3) }, () => one(segments)).join('/')}`;
}

/** A route as anybody might make it; many of them cover the same requests. */
function someRoute() {
  const path = somePath();
  return {
    path: one([path, `${path}/*`, `${path}/*`, '/*']),
    methods: one([[], [], ['GET'], ['POST', 'PUT']]),
    host: one([null, null, ...hosts]),
    rewrite: one([null, null, '/', '/api', '/api/']),
    required_scopes: one([[], [], ['things:read'], ['things:write']]),
    auth_required: random() < 0.8,
    enabled: random() < 0.9,
    priority: one([0, 0, 0, -5, -9]),
    cost: one([1, 1, 0, 3, 2_000]),
  };
}

/** A request, good or bad. */
function someRequest() {
  const path = one([
    somePath(),
    somePath(),
    somePath(),
    '/',
    '/%61/b',
    '/a//b',
    '/_apigate/x',
    '/a/..',
  ]);
  return {
    method: one([...httpMethods, 'TRACE', 'REPORT']),
    target: path + one(['', '', '?q=1', '?a=%2F&b']),
    host: one(hosts),
  };
}

let gateway: Gateway;
let orm: Awaited<ReturnType<typeof openOrm>>;
beforeAll(async () => {
  gateway = await startGateway({ route: { enabled: false } });
  orm = await openOrm(gateway.database.url);
});
afterAll(async () => {
  await orm.close(true);
  await gateway[Symbol.asyncDispose]();
});

function context(): DomainContext {
  return {
    em: orm.em.fork(),
    actor: system,
    now: new Date(),
    secrets: {
      keyPepper: testPepper,
      encryptionKey: testEncryptionKey,
      jwtSecrets: [],
      accessTokenSeconds: 60,
    },
    passwords: new PasswordHasher({ cost: 4, pepper: testPepper }),
    publicUrl: 'http://apigate.test',
    origin: null,
  };
}

test('the tester says of any request what the proxy then does: refused with that code, or sent to that address', async () => {
  const based = await insertUpstream(gateway.db, `${gateway.upstream.url}/base`);
  for (let at = 0; at < 40; at += 1) {
    await insertRoute(gateway.db, one([gateway.upstreamId, based]), someRoute());
  }
  const plan = { requests_per_month: 1_000 };
  const customers = [
    await insertCustomer(gateway.db, { plan, key: { scopes: ['things:*'] } }),
    await insertCustomer(gateway.db, { plan }),
    await insertCustomer(gateway.db, { plan, user: { status: 'suspended' } }),
    await insertCustomer(gateway.db, { plan, key: { allowed_ips: ['10.0.0.0/8'] } }),
    null,
  ] as const;
  await gateway.heard();
  const outcomes = new Map<string, number>();
  for (let at = 0; at < 250; at += 1) {
    const { method, target, host } = someRequest();
    const customer = one(customers);
    const answer = await exchangeRaw(gateway.port, [
      `${method} ${target} HTTP/1.1`,
      `Host: ${host}`,
      ...(customer === null ? [] : [`X-API-Key: ${customer.secret}`]),
    ]);
    const told = await testRoute(
      context(),
      testRouteInput.parse({
        method,
        path: target,
        host,
        ip: '127.0.0.1',
        ...(customer === null ? {} : { key: customer.keyId }),
      }),
    );
    const request = `${method} ${host}${target} by ${customer?.keyId ?? 'nobody'}`;
    const outcome = told.code ?? 'forwarded';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    expect.soft(answer.status, request).toBe(told.status ?? 200);
    if (method === 'HEAD') continue;
    const body = JSON.parse(answer.body) as EchoedRequest & { code?: string };
    expect.soft(body.code ?? null, request).toBe(told.code);
    if (told.code === null) {
      expect.soft(gateway.upstream.url + body.url, request).toBe(told.upstreamUrl);
    }
  }
  expect([...outcomes.keys()].toSorted()).toEqual([
    'bad_request',
    'forwarded',
    'insufficient_scope',
    'ip_not_allowed',
    'method_not_allowed',
    'missing_api_key',
    'quota_exceeded',
    'route_not_found',
    'user_suspended',
  ]);
  expect(outcomes.get('forwarded')).toBeGreaterThan(30);
});
