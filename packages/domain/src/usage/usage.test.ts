import { listUsageEventsInput, usageEvent } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import {
  actorOf,
  buildKey,
  buildRoute,
  buildUsageRecord,
  buildUser,
  serviceActor,
} from '../testing/factories.ts';
import { openTestDomain, testNow, type TestDomain } from '../testing/test-domain.ts';
import type { User } from '../users/user.ts';
import { ingestUsage } from './ingest-usage.ts';
import { listUsageEvents } from './list-usage-events.ts';
import { usageSummary } from './usage-summary.ts';

let domain: TestDomain;
let owner: User;
let other: User;
let keyId: string;
let routeId: string;
beforeAll(async () => {
  domain = await openTestDomain();
  [owner, other] = [await buildUser(domain), await buildUser(domain)];
  keyId = (await buildKey(domain, { user: owner.id, name: 'main' })).key.id;
  routeId = (await buildRoute(domain, { name: 'things' })).id;
  const at = (iso: string) => Date.parse(iso);
  const own = { userId: owner.id, keyId, routeId };
  await ingestUsage(domain.db, [
    buildUsageRecord({ ...own, atMs: at('2026-10-31T23:59:59.999Z'), units: 50 }),
    buildUsageRecord({ ...own, atMs: at('2026-11-01T00:00:00.000Z'), units: 2 }),
    buildUsageRecord({ ...own, atMs: at('2026-11-20T10:00:00.000Z'), units: 1, status: 404 }),
    buildUsageRecord({
      ...own,
      atMs: at('2026-11-21T10:00:00.000Z'),
      units: 0,
      status: 502,
      refusalCode: 'upstream_unreachable',
    }),
    buildUsageRecord({ userId: other.id, atMs: at('2026-11-21T11:00:00.000Z'), units: 9 }),
    buildUsageRecord({
      atMs: at('2026-11-21T11:30:00.000Z'),
      units: 0,
      status: 401,
      refusalCode: 'missing_api_key',
    }),
  ]);
});
afterAll(() => domain[Symbol.asyncDispose]());

test('sums up the present period by the rows that the proxy decides by', async () => {
  expect(await usageSummary(domain.context(actorOf(owner)), {})).toMatchObject({
    user: { id: owner.id },
    quota: {
      periodStart: new Date('2026-11-01T00:00:00.000Z'),
      periodEnd: new Date('2026-12-01T00:00:00.000Z'),
      used: 3,
      limit: 1000,
      remaining: 997,
      percent: 0.3,
    },
    requests: 3,
    outcomes: { '2xx': 1, '3xx': 0, '4xx': 1, '5xx': 0, refused: 1 },
    bytesIn: 30,
    keyCount: 1,
    lastActiveAt: new Date('2026-11-21T10:00:00.000Z'),
    byDay: [
      { day: '2026-11-01', requests: 1, units: 2 },
      { day: '2026-11-20', requests: 1, units: 1 },
      { day: '2026-11-21', requests: 1, units: 0 },
    ],
    byKey: [{ key: { id: keyId, name: 'main' }, requests: 3, units: 3 }],
    byRoute: [{ route: { id: routeId, name: 'things' }, requests: 3, units: 3 }],
  });
});

test('begins a new period with nothing, and tells an unlimited plan as such', async () => {
  const context = domain.context(actorOf(owner), { now: new Date('2026-12-01T00:00:00.000Z') });
  expect(await usageSummary(context, {})).toMatchObject({ requests: 0, quota: { used: 0 } });
  await domain.db.query('update plans set requests_per_month = null where id = $1', [
    other.plan.id,
  ]);
  expect(await usageSummary(domain.context(system), { user: other.email })).toMatchObject({
    quota: { used: 9, limit: null, remaining: null, percent: null },
  });
});

test('shows a customer their own usage alone', async () => {
  const context = () => domain.context(actorOf(owner));
  const list = (fields: object) => listUsageEvents(context(), listUsageEventsInput.parse(fields));
  expect((await list({})).data.map(({ user }) => user?.id)).toEqual(Array(4).fill(owner.id));
  await expect(list({ user: other.id })).rejects.toMatchObject({ code: 'not_found' });
  await expect(usageSummary(context(), { user: other.id })).rejects.toMatchObject({
    code: 'not_found',
  });
  const foreign = await listUsageEvents(
    domain.context(actorOf(other)),
    listUsageEventsInput.parse({ key: keyId }),
  );
  expect(foreign.data).toEqual([]);
});

test('shows staff and the scope all, refusals of strangers too, each once over the pages', async () => {
  const moderator = actorOf(await buildUser(domain, { role: 'moderator' }));
  for (const actor of [moderator, serviceActor('usage:read')]) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const input = listUsageEventsInput.parse({ limit: 2, cursor });
      const page = await listUsageEvents(domain.context(actor), input);
      for (const event of page.data) expect(event).toMatchObject(usageEvent.parse(event));
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const { rows } = await domain.db.query<{ id: string }>(
      'select id from usage_events order by at desc',
    );
    expect(seen).toEqual(rows.map(({ id }) => id));
  }
  const blind = listUsageEvents(
    domain.context(serviceActor('users:read')),
    listUsageEventsInput.parse({}),
  );
  await expect(blind).rejects.toMatchObject({ code: 'forbidden' });
});

test('filters requests by refusal, key, route and outcome', async () => {
  const list = async (fields: object) =>
    (await listUsageEvents(domain.context(system), listUsageEventsInput.parse(fields))).data;
  expect((await list({ refused: true })).map(({ refusalCode }) => refusalCode)).toEqual([
    'missing_api_key',
    'upstream_unreachable',
  ]);
  expect(await list({ refused: false })).toHaveLength(4);
  expect(await list({ key: keyId, refused: false })).toHaveLength(3);
  expect((await list({ outcome: '4xx' })).map(({ status }) => status)).toEqual([404]);
  expect(await list({ outcome: 'refused' })).toEqual(await list({ refused: true }));
  expect(await list({ route: routeId, outcome: '2xx' })).toHaveLength(2);
});

test('filters requests by an expression that holds for their users, for those who may look at figures', async () => {
  const list = async (filter: string, ctx = domain.context(system)) =>
    (await listUsageEvents(ctx, listUsageEventsInput.parse({ filter }))).data;
  expect((await list('errors > 1')).map(({ user }) => user?.id)).toEqual(Array(4).fill(owner.id));
  expect((await list('errors = 0 and requests > 0')).map(({ user }) => user?.id)).toEqual([
    other.id,
  ]);
  await expect(list('mistakes > 1')).rejects.toMatchObject({ code: 'bad_request' });
  const own = domain.context(actorOf(owner));
  await expect(list('errors > 1', own)).rejects.toMatchObject({ code: 'forbidden' });
});

test('goes on showing the usage of keys and routes that are gone', async () => {
  await domain.db.query('delete from keys where id = $1', [keyId]);
  await domain.db.query('delete from routes where id = $1', [routeId]);
  const summary = await usageSummary(domain.context(actorOf(owner), { now: testNow }), {});
  expect(summary).toMatchObject({
    requests: 3,
    byKey: [{ key: { id: keyId, name: 'deleted key' } }],
    byRoute: [{ route: { id: routeId, name: 'deleted route' } }],
  });
  const input = listUsageEventsInput.parse({ user: owner.id });
  const { data } = await listUsageEvents(domain.context(system), input);
  expect(data[0]).toMatchObject({ key: { name: 'deleted key' }, route: { name: 'deleted route' } });
});
