import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { meteredEvents, meterEventsInput } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { analyticsOverview } from '../analytics/analytics-overview.ts';
import { cleanUp } from '../clean-up.ts';
import { newId } from '../ids.ts';
import { actorOf, buildKey, buildPlan, buildUser, serviceActor } from '../testing/factories.ts';
import { openTestDomain, testNow, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import { deleteUser } from '../users/delete-user.ts';
import { judgeRequest } from '../verification/judge-request.ts';
import { KeyGate } from '../verification/key-gate.ts';
import { explainUsage } from './explain-usage.ts';
import { meterEvents } from './meter-events.ts';
import { usageSummary } from './usage-summary.ts';

let domain: TestDomain;
let gate: KeyGate;
let dir: string;
beforeAll(async () => {
  domain = await openTestDomain();
  dir = mkdtempSync(path.join(tmpdir(), 'apigate-meter-'));
  const nothing = (): void => undefined;
  gate = new KeyGate({
    databaseUrl: domain.url,
    keyPepper: testSecrets.keyPepper,
    passwords: domain.passwords,
    logger: { info: nothing, warn: nothing, error: nothing },
    redisUrl: null,
    spoolDir: dir,
  });
});
afterAll(async () => {
  await gate[Symbol.asyncDispose]();
  await domain[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const meter = (events: unknown[], now = testNow, actor = serviceActor('meter:write')) =>
  meterEvents(domain.context(actor, { now }), gate, meterEventsInput.parse({ events }));
const event = (fields: object = {}) => ({
  specversion: '1.0',
  id: newId(),
  source: 'https://jobs.example.com',
  type: 'pages.rendered',
  ...fields,
});
const statuses = (answer: { data: { status: string }[] }) =>
  answer.data.map(({ status }) => status);
const summary = (user: string, now = testNow) =>
  usageSummary(domain.context(system, { now }), { user });

test('counts in the log, the figures and the quota, by any name of the user', async () => {
  const user = await buildUser(domain, { externalId: 'acme-1', username: 'acme' });
  const answer = await meter([
    event({ subject: user.id, data: { units: 3, tokens: 12 } }),
    event({ subject: user.email.toUpperCase() }),
    event({ subject: 'acme-1', time: '2026-11-20T23:30:00+02:00', data: { units: 0 } }),
    event({ subject: 'ACME', time: '2026-10-30T00:00:00Z', data: { units: 100 } }),
  ]);
  expect(answer).toMatchObject(meteredEvents.parse(answer));
  expect(answer).toMatchObject({ counted: 4, duplicates: 0, refused: 0 });
  expect(await summary(user.id)).toMatchObject({
    requests: 3,
    quota: { used: 4 },
    lastActiveAt: testNow,
    byDay: [
      { day: '2026-11-20', requests: 1, units: 0 },
      { day: '2026-11-21', requests: 2, units: 4 },
    ],
  });
  const overview = await analyticsOverview(domain.context(system), {});
  expect(overview).toMatchObject({ requests: 3, units: 4, previous: { units: 0 } });
  expect(overview.latencyMs.p50).toBeNull();
  const [first] = answer.data;
  const { event: kept } = await explainUsage(domain.context(system), {
    request: first?.usageEventId ?? '',
  });
  expect(kept).toMatchObject({ method: 'METER', path: 'pages.rendered', units: 3, status: 200 });
});

test('an event that comes again changes nothing, in one call or many at once', async () => {
  const user = await buildUser(domain);
  const [one, two] = [event({ subject: user.id }), event({ subject: user.id })];
  const answer = await meter([one, two, one, { ...one, source: 'elsewhere' }]);
  expect(statuses(answer)).toEqual(['counted', 'counted', 'duplicate', 'counted']);
  expect(answer.data[2]?.usageEventId).toBe(answer.data[0]?.usageEventId);
  const fresh = Array.from({ length: 50 }, () => event({ subject: user.id }));
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, at) => meter(at % 2 === 0 ? fresh : fresh.toReversed())),
  );
  expect(answers.reduce((sum, { counted }) => sum + counted, 0)).toBe(50);
  expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(250);
  expect((await summary(user.id)).quota.used).toBe(53);
});

test('is known again for 32 days', async () => {
  const user = await buildUser(domain);
  const given = event({ subject: user.id });
  await meter([given]);
  const days = (count: number) => new Date(testNow.getTime() + count * 86_400_000);
  await cleanUp(domain.orm.em.fork(), days(31.9));
  expect(statuses(await meter([given], days(31.9)))).toEqual(['duplicate']);
  await cleanUp(domain.orm.em.fork(), days(32.1));
  expect(statuses(await meter([given], days(32.1)))).toEqual(['counted']);
});

test('each faulty event is refused by itself and told what is wrong; the others count', async () => {
  const user = await buildUser(domain);
  const answer = await meter([
    event({ subject: user.id }),
    event({ subject: 'nobody@example.com' }),
    event({ subject: user.id, data: { units: -1 } }),
    event({ subject: user.id, data: { units: 1.5 } }),
    event({ subject: user.id, time: 'yesterday' }),
    event({ subject: user.id, time: '2026-11-21T12:06:00Z' }),
    event({ subject: user.id, time: '2026-10-20T12:00:00Z' }),
    { subject: user.id },
    null,
    'text',
  ]);
  expect(statuses(answer)).toEqual(['counted', ...Array(9).fill('refused')]);
  expect(answer.data.slice(1).map(({ code, errors }) => [code, errors[0]?.path])).toEqual([
    ['not_found', 'subject'],
    ['bad_request', 'data.units'],
    ['bad_request', 'data.units'],
    ['bad_request', 'time'],
    ['bad_request', 'time'],
    ['bad_request', 'time'],
    ['bad_request', 'id'],
    ['bad_request', ''],
    ['bad_request', ''],
  ]);
  expect((await summary(user.id)).requests).toBe(1);
});

test('a whole call comes true or nothing of it', async () => {
  const user = await buildUser(domain);
  const given = event({ subject: user.id });
  await domain.db.query('alter table usage_days rename to usage_days_away');
  await expect(meter([given])).rejects.toThrow();
  await domain.db.query('alter table usage_days_away rename to usage_days');
  expect(statuses(await meter([given]))).toEqual(['counted']);
  expect((await summary(user.id)).quota.used).toBe(1);
});

test('what is metered uses up the quota by which requests are refused', async () => {
  const now = new Date();
  const plan = await buildPlan(domain, { requestsPerMonth: 10 });
  const user = await buildUser(domain, { plan: plan.id });
  const { secret } = await buildKey(domain, { user: user.id });
  await gate.isReady();
  const ask = () =>
    judgeRequest(gate, {
      credential: { secret, isAuthorizationOurs: false },
      match: null,
      method: 'GET',
      path: '/x',
      ip: '192.0.2.1',
      scopes: [],
      cost: null,
      isCounted: true,
      userAgent: null,
    });
  expect((await ask()).refusal).toBeNull();
  await meter([event({ subject: user.id, data: { units: 25 } })], now);
  expect((await ask()).refusal?.code).toBe('quota_exceeded');
  const told = await domain.db.query(`select 1 from change_log where kind = 'user' and id = $1`, [
    user.id,
  ]);
  expect(told.rows).toHaveLength(1);
});

test('goes with its user', async () => {
  const user = await buildUser(domain);
  await meter([event({ subject: user.id })]);
  await deleteUser(domain.context(system), { user: user.id });
  const { rows } = await domain.db.query('select 1 from usage_metered where user_id = $1', [
    user.id,
  ]);
  expect(rows).toEqual([]);
});

test('takes events from admins and from service keys with the scope alone', async () => {
  const user = await buildUser(domain);
  const given = [event({ subject: user.id })];
  for (const role of ['customer', 'moderator'] as const) {
    const actor = actorOf(await buildUser(domain, { role }));
    const ctx = domain.context(actor);
    await expect(meterEvents(ctx, gate, { events: given })).rejects.toMatchObject({
      code: 'forbidden',
    });
  }
  await expect(meter(given, testNow, serviceActor('usage:read'))).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect((await meter(given, testNow, serviceActor('admin'))).counted).toBe(1);
});
