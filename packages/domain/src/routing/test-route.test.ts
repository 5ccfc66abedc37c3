import { testRouteInput, type TestRouteInput } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system, type Actor } from '../access/actor.ts';
import {
  actorOf,
  buildKey,
  buildPlan,
  buildRoute,
  buildUpstream,
  buildUser,
  serviceActor,
} from '../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { testRoute } from './test-route.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
  const upstream = (
    await buildUpstream(domain, { name: 'Orders API', url: 'https://orders.test/base' })
  ).id;
  const make = (name: string, fields: object) => buildRoute(domain, { name, upstream, ...fields });
  await make('orders', { path: '/orders/*', rewrite: '/v2', cost: 3, rateLimitPerMinute: 7 });
  await make('everything', { path: '/*' });
  await make('writes', { path: '/orders/*', methods: ['POST'], priority: 5 });
  await make('elsewhere', { path: '/orders/*', host: 'other.test', priority: 5 });
  await make('status', { path: '/status', authRequired: false });
  await make('switched off', { path: '/orders/*', enabled: false });
});
afterAll(() => domain[Symbol.asyncDispose]());

const ask = (input: TestRouteInput, actor: Actor = system) =>
  testRoute(domain.context(actor), testRouteInput.parse(input));

test('names the route, what its upstream is asked for, and why no other route is taken', async () => {
  const told = await ask({ method: 'get', path: '/orders/%37?page=2' });
  expect(told).toMatchObject({
    method: 'GET',
    path: '/orders/7',
    route: { name: 'orders' },
    upstream: { name: 'Orders API' },
    upstreamUrl: 'https://orders.test/base/v2/7?page=2',
    cost: 3,
  });
  const others = Object.fromEntries(
    told.others.map(({ route, mismatch, detail }) => [route.name, [mismatch, detail]]),
  );
  expect(others).toEqual({
    elsewhere: ['host', 'It is for the host other.test, and the request names localhost.'],
    writes: ['method', 'It takes POST, and the request is a GET.'],
    status: ['path', 'Its path /status does not cover /orders/7.'],
    everything: ['outranked', 'It would match, and the route that was taken comes before it.'],
    'switched off': ['disabled', 'It would match, and is disabled.'],
  });
});

test('goes through every step with a key, its limits and what was used, and takes nothing', async () => {
  const plan = await buildPlan(domain, { rateLimitPerMinute: 60, requestsPerMonth: 2 });
  const user = await buildUser(domain, { plan: plan.id });
  const { key, secret } = await buildKey(domain, { user: user.id });
  await buildKey(domain, { user: user.id, revokedAt: new Date(), lastUsedAt: new Date() });
  const told = await ask({ path: '/orders/7', user: user.email });
  expect(told).toMatchObject({
    code: 'quota_exceeded',
    status: 402,
    key: { id: key.id },
    user: { id: user.id },
    plan: { slug: plan.slug },
  });
  expect(told.steps.map(({ rule, passed }) => (passed ? rule : `${rule}!`))).toEqual([
    ...['guard', 'route', 'credential', 'key', 'user', 'ip', 'scopes'],
    ...['rate_limit', 'rate_limit', 'quota!'],
  ]);
  expect(
    told.steps.filter(({ rule }) => rule === 'rate_limit').map(({ detail }) => detail),
  ).toEqual([
    'For all keys of the user together: 60 requests a minute, at most 60 at once. It passes as long as one of them is left.',
    'For this route: 7 requests a minute, at most 7 at once. It passes as long as one of them is left.',
  ]);
  expect(await ask({ path: '/x', key: key.id })).toMatchObject({ code: null, status: null });
  expect(await ask({ path: '/x', key: `${key.prefix}…${key.lastFour}` })).toMatchObject({
    code: null,
  });
  expect(await ask({ path: '/x', key: secret })).toMatchObject({ key: { id: key.id } });
  const { rows } = await domain.db.query('select from quota_periods');
  expect(rows).toEqual([]);
});

test('without a key it is refused where the route needs one, and let through where it does not', async () => {
  expect(await ask({ path: '/orders/7' })).toMatchObject({ code: 'missing_api_key', status: 401 });
  expect(await ask({ path: '/status' })).toMatchObject({ code: null, key: null, plan: null });
  const keyless = await buildUser(domain);
  expect(await ask({ path: '/x', user: keyless.id })).toMatchObject({
    code: 'missing_api_key',
    key: null,
    user: { email: keyless.email },
  });
  const broken = await ask({ path: '/a//b' });
  expect(broken).toMatchObject({ code: 'bad_request', path: null, route: null, others: [] });
});

test('asks which key is meant where its beginning is that of several, and knows no key that is not there', async () => {
  const shared = { prefix: 'ak_twin', lastFour: 'AAAA' };
  await buildKey(domain, shared);
  await buildKey(domain, { ...shared, lastFour: 'BBBB' });
  await expect(ask({ path: '/x', key: 'ak_twin' })).rejects.toMatchObject({
    code: 'bad_request',
    errors: [{ path: 'key' }],
  });
  expect(await ask({ path: '/x', key: 'ak_twin…BBBB' })).toMatchObject({
    key: { lastFour: 'BBBB' },
  });
  for (const key of ['ak_none', 'nonsense', '01a1ffd9-6de9-73cf-9836-5618d3cefc0c']) {
    await expect(ask({ path: '/x', key })).rejects.toMatchObject({ code: 'not_found' });
  }
});

test('is for admins and for service keys that read routes, which need more to read a key', async () => {
  const { key } = await buildKey(domain);
  const moderator = actorOf(await buildUser(domain, { role: 'moderator' }));
  await expect(ask({ path: '/x' }, moderator)).rejects.toMatchObject({ code: 'forbidden' });
  const routes = serviceActor('routes:read');
  expect(await ask({ path: '/x' }, routes)).toMatchObject({ code: 'missing_api_key' });
  for (const whose of [{ key: key.id }, { user: key.user.id }]) {
    await expect(ask({ path: '/x', ...whose }, routes)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(
      await ask({ path: '/x', ...whose }, serviceActor('routes:read', 'keys:read')),
    ).toMatchObject({ code: null });
  }
});
