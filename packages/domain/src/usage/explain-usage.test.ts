import { refusalExplanation, type Decision } from '@apigate/contract';
import { v4 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { newId } from '../ids.ts';
import { updateKey } from '../keys/update-key.ts';
import {
  actorOf,
  buildKey,
  buildPlan,
  buildRefusal,
  buildRoute,
  buildUsageRecord,
  buildUser,
  serviceActor,
} from '../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import type { User } from '../users/user.ts';
import { explainUsage } from './explain-usage.ts';
import { ingestUsage } from './ingest-usage.ts';

let domain: TestDomain;
let owner: User;
beforeAll(async () => {
  domain = await openTestDomain();
  owner = await buildUser(domain);
});
afterAll(() => domain[Symbol.asyncDispose]());

async function refuse(overrides: Parameters<typeof buildUsageRecord>[0] = {}): Promise<string> {
  const record = buildUsageRecord({ userId: owner.id, ...buildRefusal(), ...overrides });
  await ingestUsage(domain.db, [record]);
  return record.id;
}

const explain = (request: string, actor = actorOf(owner)) =>
  explainUsage(domain.context(actor), { request });

test('explains a refusal to its user: each rule with its numbers and a sentence', async () => {
  const decision: Decision = [
    { rule: 'route', passed: true, methods: ['GET', 'POST'], host: 'api.test', path: '/v1/*' },
    { rule: 'credential', passed: true },
    {
      rule: 'key',
      passed: true,
      revoked: false,
      graceUntil: null,
      enabled: true,
      expiresAt: new Date('2027-01-01T00:00:00Z'),
    },
    { rule: 'user', passed: true, status: 'active' },
    { rule: 'ip', passed: true, ip: '10.0.0.9', allowed: ['10.0.0.0/8'] },
    { rule: 'scopes', passed: true, required: ['a'], held: ['*'], missing: [] },
    {
      rule: 'rate_limit',
      passed: false,
      bucket: 'key_limit',
      perMinute: 5,
      capacity: 5,
      remaining: 0,
      retryAfterMs: 8400,
    },
  ];
  const id = await refuse({ decision, status: 429, refusalCode: 'rate_limited' });
  const explanation = await explain(id);
  expect(explanation).toMatchObject(refusalExplanation.parse(explanation));
  expect(explanation.event).toMatchObject({ id, status: 429, refusalCode: 'rate_limited' });
  expect(explanation.steps).toMatchObject(decision);
  expect(explanation.steps?.map(({ detail }) => detail)).toEqual([
    'The route /v1/* takes GET, POST on api.test.',
    'A key came with the request, and it is known.',
    'The key is live until 2027-01-01T00:00:00.000Z.',
    'The account is active.',
    'The key may be used from 10.0.0.0/8; it came from 10.0.0.9.',
    'Needed: a; the key holds *.',
    'For this key, by its own limit: 5 requests a minute, at most 5 at once. None was left; the next one in 8.4 s.',
  ]);
});

test('tells of a quota what was used, what it costs, and when it starts anew', async () => {
  const decision: Decision = [
    {
      rule: 'quota',
      passed: false,
      limit: 1000,
      used: 999,
      cost: 2,
      enforcement: 'hard',
      periodEnd: new Date('2026-12-01T00:00:00Z'),
    },
  ];
  const { steps } = await explain(await refuse({ decision, refusalCode: 'quota_exceeded' }));
  expect(steps?.[0]?.detail).toBe(
    '999 of 1,000 units used, and the request costs 2; what goes past the limit is refused. ' +
      'The count starts anew at 2026-12-01T00:00:00.000Z.',
  );
});

test('finds a request by an id that was made up to a minute from its time', async () => {
  const atMs = Date.parse('2026-11-20T23:59:59.999Z');
  const { id } = buildUsageRecord({ atMs: atMs + 60_000 });
  expect((await explain(await refuse({ id, atMs }))).event.id).toBe(id);
});

test('shows requests to their user and to staff; to all others there is no such request', async () => {
  const id = await refuse();
  const [other, moderator, admin] = [
    await buildUser(domain),
    await buildUser(domain, { role: 'moderator' }),
    await buildUser(domain, { role: 'admin' }),
  ];
  await expect(explain(id, actorOf(other))).rejects.toMatchObject({
    code: 'not_found',
    message: 'There is no such request.',
  });
  await expect(explain(newId(), actorOf(other))).rejects.toMatchObject({
    code: 'not_found',
    message: 'There is no such request.',
  });
  for (const actor of [actorOf(moderator), actorOf(admin), serviceActor('usage:read'), system]) {
    expect((await explainUsage(domain.context(actor), { request: id })).event.id).toBe(id);
  }
  const blind = explainUsage(domain.context(serviceActor('users:read')), { request: id });
  await expect(blind).rejects.toMatchObject({ code: 'forbidden' });
});

test('shows what strangers were refused to staff alone, without rules of any key', async () => {
  const id = await refuse({ userId: null, refusalCode: 'missing_api_key', decision: null });
  await expect(explain(id)).rejects.toMatchObject({ code: 'not_found' });
  const { steps } = await explainUsage(domain.context(system), { request: id });
  expect(steps).toBeNull();
});

test('has nothing to explain of a request that was let through', async () => {
  const record = buildUsageRecord({ userId: owner.id });
  await ingestUsage(domain.db, [record]);
  expect((await explain(record.id)).steps).toBeNull();
});

test('tells what the rules of now say to the same request: let through, or refused for another reason', async () => {
  const plan = await buildPlan(domain, { requestsPerMonth: 5 });
  const user = await buildUser(domain, { plan: plan.id });
  const { key } = await buildKey(domain, { user: user.id, allowedIps: ['10.0.0.0/8'] });
  const route = await buildRoute(domain, { path: '/today/*', methods: ['GET'], cost: 2 });
  const noted: Decision = [
    { rule: 'route', passed: true, methods: ['GET'], host: null, path: '/today/*' },
    { rule: 'credential', passed: true },
    { rule: 'ip', passed: false, ip: '192.0.2.1', allowed: ['10.0.0.0/8'] },
  ];
  const of = { userId: user.id, keyId: key.id, routeId: route.id, planId: plan.id };
  const id = await refuse({
    ...of,
    path: '/today/x',
    ip: '192.0.2.1',
    refusalCode: 'ip_not_allowed',
    decision: noted,
  });
  const today = async () => (await explain(id, actorOf(user))).today;
  expect((await explain(id, actorOf(user))).plan).toMatchObject({ id: plan.id, slug: plan.slug });
  expect(await today()).toMatchObject({ code: 'ip_not_allowed', status: 403 });

  await updateKey(domain.context(system), { key: key.id, allowedIps: null });
  expect(await today()).toMatchObject({ code: null, status: null });
  expect((await today())?.steps.map(({ rule, passed }) => (passed ? rule : `${rule}!`))).toEqual([
    ...['guard', 'route', 'credential', 'key', 'user', 'ip', 'scopes'],
    ...['rate_limit', 'quota', 'forward'],
  ]);

  const passed = { ...of, path: '/today/x', units: 4, refusalCode: null, decision: null };
  const periodStart = '2026-11-01';
  await ingestUsage(domain.db, [buildUsageRecord({ ...passed, periodStart, status: 200 })]);
  expect(await today()).toMatchObject({ code: 'quota_exceeded', status: 402 });
  expect((await today())?.steps.at(-1)).toMatchObject({
    used: 4,
    limit: 5,
    cost: 2,
    passed: false,
  });
  expect((await explain(id, actorOf(user))).steps).toHaveLength(noted.length);
});

test('says nothing of today where the request came by no route, or nothing refused it', async () => {
  const id = await refuse({ decision: [{ rule: 'credential', passed: true }] });
  expect((await explain(id)).today).toBeNull();
});

test.each([v4(), 'ffffffff-ffff-ffff-ffff-ffffffffffff', '00000000-0000-0000-0000-000000000000'])(
  'answers an id of another making, %s, with not found',
  async (id) => {
    await expect(explain(id)).rejects.toMatchObject({ code: 'not_found' });
  },
);
