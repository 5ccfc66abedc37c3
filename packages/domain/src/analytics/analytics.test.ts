import {
  analyticsOverview as overviewShape,
  analyticsOverviewInput,
  keyUsageInput,
  keyUsageList,
  routeUsageInput,
  routeUsageList,
  timeseries as timeseriesShape,
  timeseriesInput,
  userUsageInput,
  userUsagePage,
  type UsageFigures,
  type UserUsage,
} from '@apigate/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
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
import { ingestUsage } from '../usage/ingest-usage.ts';
import { usageSummary } from '../usage/usage-summary.ts';
import { deleteUser } from '../users/delete-user.ts';
import type { User } from '../users/user.ts';
import { analyticsKeys } from './analytics-keys.ts';
import { analyticsOverview } from './analytics-overview.ts';
import { analyticsRoutes } from './analytics-routes.ts';
import { analyticsTimeseries } from './analytics-timeseries.ts';
import { analyticsUsers } from './analytics-users.ts';

/** The eleventh day of a month of thirty, at noon. */
const now = new Date('2026-11-11T12:00:00.000Z');
let domain: TestDomain;
let busy: User;
let quiet: User;
let unlimited: User;
let pending: User;
let idle: User;
let keyIds: string[];
let routeIds: string[];

beforeAll(async () => {
  domain = await openTestDomain();
  const made = { createdAt: new Date('2026-01-01T00:00:00Z') };
  const free = await buildPlan(domain, { name: 'Free', slug: 'free', requestsPerMonth: 20 });
  const open = await buildPlan(domain, { name: 'Open Bar', slug: 'open', requestsPerMonth: null });
  busy = await buildUser(domain, { plan: free.id, ...made });
  quiet = await buildUser(domain, { plan: free.id, ...made });
  unlimited = await buildUser(domain, { plan: open.id, status: 'suspended', ...made });
  pending = await buildUser(domain, { plan: open.id, status: 'pending', ...made });
  idle = await buildUser(domain, { plan: open.id, ...made });
  keyIds = [
    (await buildKey(domain, { user: busy.id })).key.id,
    (await buildKey(domain, { user: busy.id })).key.id,
  ];
  const route = await buildRoute(domain);
  routeIds = [route.id, (await buildRoute(domain, { upstream: route.upstream.id })).id];
  const at = (iso: string) => Date.parse(iso);
  const onFree = { planId: free.id };
  const [keyId = '', otherKeyId = ''] = keyIds;
  const [routeId = '', otherRouteId = ''] = routeIds;
  const records = [
    // Last month: one before noon of its eleventh day, one after.
    buildUsageRecord({
      userId: busy.id,
      keyId,
      routeId,
      ...onFree,
      atMs: at('2026-10-11T11:59:59.999Z'),
    }),
    buildUsageRecord({
      userId: busy.id,
      keyId,
      routeId,
      ...onFree,
      atMs: at('2026-10-11T12:00:00.000Z'),
    }),
    // This month: 14 within the last seven days and today, two before.
    buildUsageRecord({
      userId: busy.id,
      keyId,
      routeId,
      ...onFree,
      atMs: at('2026-11-01T00:00:00.000Z'),
    }),
    buildUsageRecord({
      userId: busy.id,
      keyId,
      routeId,
      ...onFree,
      atMs: at('2026-11-02T23:59:59.999Z'),
    }),
    ...Array.from({ length: 14 }, (_, hour) =>
      buildUsageRecord({
        userId: busy.id,
        ...onFree,
        keyId: hour % 7 === 0 ? otherKeyId : keyId,
        routeId: hour % 2 === 0 ? routeId : otherRouteId,
        status: hour === 3 ? 404 : hour === 4 ? 500 : 200,
        latencyUs: 1_000 * (hour + 1),
        atMs: at('2026-11-10T20:30:00.000Z') + hour * 3_600_000,
      }),
    ),
    buildUsageRecord({
      userId: busy.id,
      keyId,
      routeId,
      ...onFree,
      ...buildRefusal(),
      atMs: at('2026-11-11T11:00:00Z'),
      latencyUs: 50,
    }),
    buildUsageRecord({ userId: quiet.id, ...onFree, atMs: at('2026-11-05T00:00:00Z'), units: 4 }),
    buildUsageRecord({
      userId: unlimited.id,
      planId: open.id,
      atMs: at('2026-11-05T00:00:00Z'),
      units: 9,
    }),
    buildUsageRecord({
      userId: pending.id,
      planId: open.id,
      atMs: at('2026-11-05T00:00:00Z'),
      units: 50,
    }),
    buildUsageRecord({
      userId: null,
      status: 401,
      refusalCode: 'missing_api_key',
      units: 0,
      atMs: at('2026-11-05T00:00:00Z'),
    }),
  ];
  // Stored as several proxies would: at once, in pieces.
  await Promise.all(
    [0, 1, 2, 3].map((part) =>
      ingestUsage(
        domain.db,
        records.filter((_, index) => index % 4 === part),
      ),
    ),
  );
});
afterAll(() => domain[Symbol.asyncDispose]());

const staff = () => domain.context(system, { now });
const overview = (input: object, ctx = staff()) =>
  analyticsOverview(ctx, analyticsOverviewInput.parse(input));
const users = async (input: object, ctx = staff()) =>
  analyticsUsers(ctx, userUsageInput.parse(input));
const ids = (page: { data: UserUsage[] }) => page.data.map(({ user }) => user.id);
const matching = async (filter: string) => new Set(ids(await users({ filter })));

describe('a month', () => {
  test('of a user: its sums, as much of the month before, its quota, and where it leads', async () => {
    const shown = await overview({ user: busy.email });
    expect(shown).toMatchObject(overviewShape.parse(shown));
    expect(shown).toMatchObject({
      periodStart: new Date('2026-11-01T00:00:00Z'),
      periodEnd: new Date('2026-12-01T00:00:00Z'),
      requests: 17,
      units: 16,
      errors: 3,
      errorPercent: 17.6,
      outcomes: { '2xx': 14, '3xx': 0, '4xx': 1, '5xx': 1, refused: 1 },
      activeUsers: null,
      quota: { used: 16, limit: 20, percent: 80 },
      previous: { requests: 1, units: 1 },
    });
    // From the tenth on, 36 hours have brought 15 requests and 14 units; 468 hours are left.
    expect(shown.forecast).toEqual({
      requests: 17 + Math.round((15 / 36) * 468),
      units: 16 + Math.round((14 / 36) * 468),
      quotaReachedAt: new Date(now.getTime() + Math.ceil((4 / 14) * 36 * 3_600_000)),
    });
  });

  test('tells latency of the requests that were let through', async () => {
    const { latencyMs } = await overview({ user: busy.id });
    expect(latencyMs.p50).toBeGreaterThanOrEqual(5);
    expect(latencyMs.p50).toBeLessThanOrEqual(7.5);
    expect(latencyMs.p99).toBeGreaterThanOrEqual(10);
    expect(latencyMs.p99).toBeLessThanOrEqual(15);
  });

  test('of all: strangers included, with the users who were there', async () => {
    expect(await overview({})).toMatchObject({
      requests: 21,
      units: 79,
      activeUsers: 4,
      quota: null,
      previous: { requests: 1, activeUsers: 1 },
    });
  });

  test('that is over has no forecast, and is compared with the whole one before', async () => {
    expect(await overview({ month: '2026-10' })).toMatchObject({ requests: 2, forecast: null });
    const later = staff();
    const december = { ...later, now: new Date('2026-12-31T23:00:00Z') };
    expect((await overview({}, december)).previous.requests).toBe(21);
  });

  test('without any request is nothing, and leads to nothing', async () => {
    expect(await overview({ user: idle.id })).toMatchObject({
      requests: 0,
      errorPercent: null,
      latencyMs: { p50: null },
      forecast: { requests: 0, quotaReachedAt: null },
    });
  });
});

describe('a range', () => {
  test('is its whole hours, beside as much of as long a range before as has passed of it', async () => {
    const shown = await overview({
      from: new Date('2026-11-10T12:30:00Z'),
      to: new Date('2026-11-12T11:10:00Z'),
    });
    expect(shown).toMatchObject({
      periodStart: new Date('2026-11-10T12:00:00Z'),
      periodEnd: new Date('2026-11-12T12:00:00Z'),
      requests: 15,
      activeUsers: 1,
      quota: null,
      forecast: null,
      previous: { requests: 0 },
    });
  });

  test('takes from before what has passed of it, to the hour', async () => {
    // 36 hours have passed since the tenth began; the fifth is within the first 36 before it, or after them.
    const seven = { from: new Date('2026-11-10'), to: new Date('2026-11-17') };
    expect(await overview(seven)).toMatchObject({ requests: 15, previous: { requests: 0 } });
    const five = { from: new Date('2026-11-10'), to: new Date('2026-11-15') };
    expect(await overview(five)).toMatchObject({ requests: 15, previous: { requests: 4 } });
  });

  test('that is over tells who was there then; of a user it has neither that nor a quota', async () => {
    const over = { from: new Date('2026-11-05'), to: new Date('2026-11-06') };
    expect(await overview(over)).toMatchObject({
      requests: 4,
      activeUsers: 3,
      previous: { activeUsers: 0 },
    });
    expect(await overview({ user: busy.id, from: new Date('2026-11-01') })).toMatchObject({
      requests: 17,
      activeUsers: null,
      quota: null,
      previous: { activeUsers: null },
    });
  });

  test('counts who was there in it, whatever they did after it, beside those of the time before', async () => {
    const active = async (from: string, to: string) => {
      const shown = await overview({ from: new Date(from), to: new Date(to) });
      return [shown.activeUsers, shown.previous.activeUsers];
    };
    // Three were there in the first hour of the fifth alone, one on the first, the second, and from the tenth on.
    expect(await active('2026-11-05T00:00Z', '2026-11-12T12:00Z')).toEqual([4, 1]);
    expect(await active('2026-11-10T20:00Z', '2026-11-10T21:00Z')).toEqual([1, 0]);
    expect(await active('2026-11-10T21:00Z', '2026-11-10T22:00Z')).toEqual([1, 1]);
    expect(await active('2026-11-06T00:00Z', '2026-11-11T00:00Z')).toEqual([1, 4]);
    expect(await active('2026-11-03T00:00Z', '2026-11-10T20:00Z')).toEqual([3, 1]);
    expect(await active('2026-11-10T22:00Z', '2026-11-11T12:00Z')).toEqual([1, 1]);
  });

  test.each([
    ['that is empty', { from: now, to: now }],
    ['that is too long', { from: new Date('2024-01-01'), to: now }],
  ])('%s is refused', async (_what, range) => {
    await expect(overview(range)).rejects.toMatchObject({ code: 'bad_request' });
  });

  test('cannot be asked for together with a month', () => {
    expect(analyticsOverviewInput.safeParse({ month: '2026-11', from: now }).success).toBe(false);
  });
});

describe('over time', () => {
  const series = (input: object) => analyticsTimeseries(staff(), timeseriesInput.parse(input));

  test('every bucket is there, in UTC, and together they are the whole', async () => {
    const hours = await series({ from: new Date('2026-11-10T20:15:00Z'), to: now });
    expect(hours).toMatchObject(timeseriesShape.parse(hours));
    expect(hours).toMatchObject({ bucket: 'hour', from: new Date('2026-11-10T20:00:00Z') });
    expect(hours.data).toHaveLength(16);
    expect(hours.data.map(({ requests }) => requests)).toEqual([...Array(14).fill(1), 0, 1]);
    const days = await series({ from: new Date('2026-11-01'), to: new Date('2026-12-01') });
    expect(days.data).toHaveLength(30);
    expect(days.data.reduce((sum, { requests }) => sum + requests, 0)).toBe(21);
    expect(days.data[4]).toMatchObject({ at: new Date('2026-11-05T00:00:00Z'), requests: 4 });
  });

  test('a user is shown alone, and thirty days unless told', async () => {
    const { data, bucket } = await series({ user: quiet.id });
    expect([bucket, data.length]).toEqual(['day', 31]);
    expect(data.reduce((sum, { units }) => sum + units, 0)).toBe(4);
  });

  test.each(['plan', 'route', 'key', 'user', 'outcome'])(
    'told apart by %s, the groups and the rest are the whole',
    async (groupBy) => {
      for (const user of [undefined, busy.id]) {
        const shown = await series({ groupBy, top: 1, user, from: new Date('2026-11-01') });
        expect(shown).toMatchObject(timeseriesShape.parse(shown));
        const groups = shown.groups ?? [];
        expect(groups.slice(1).every(({ isRest }) => isRest)).toBe(true);
        const sum = (of: (figures: UsageFigures) => number, at: number | null) =>
          groups.reduce(
            (all, group) => all + of(at === null ? group : (group.data[at] ?? group)),
            0,
          );
        for (const [at, point] of shown.data.entries()) {
          expect(sum(({ requests }) => requests, at)).toBe(point.requests);
          expect(sum(({ outcomes }) => outcomes.refused, at)).toBe(point.outcomes.refused);
        }
        expect(sum(({ requests }) => requests, null)).toBe(user === undefined ? 21 : 17);
      }
    },
  );

  test('groups have names, those with most requests come first', async () => {
    const groupsBy = async (groupBy: string, input: object = {}) => {
      const { groups } = await series({ groupBy, from: new Date('2026-11-01'), ...input });
      return groups?.map(({ name, requests }) => [name, requests]);
    };
    expect(await groupsBy('plan')).toEqual([
      ['Free', 18],
      ['Open Bar', 2],
      ['No plan', 1],
    ]);
    expect(await groupsBy('user', { top: 1 })).toEqual([
      [busy.email, 17],
      ['Other', 4],
    ]);
    expect(await groupsBy('outcome', { user: busy.id })).toEqual([
      ['2xx', 14],
      ['4xx', 1],
      ['5xx', 1],
      ['refused', 1],
    ]);
    const { groups } = await series({ groupBy: 'key', from: new Date('2026-11-01') });
    expect(groups).toMatchObject([
      { id: keyIds[0], user: { id: busy.id, email: busy.email }, requests: 15, errors: 3 },
      { id: keyIds[1], requests: 2 },
      { id: null, isRest: true, requests: 4 },
    ]);
    expect(groups?.[0]?.latencyMs.p99).toBeGreaterThanOrEqual(10);
    expect(timeseriesInput.safeParse({ top: 3 }).success).toBe(false);
  });

  test('a range that is empty or too long is refused', async () => {
    const from = new Date('2026-11-01');
    for (const range of [
      { from, to: from },
      { from: new Date('2026-10-01'), to: now, bucket: 'hour' },
      { from: new Date('2020-01-01'), to: now },
    ]) {
      await expect(series(range)).rejects.toMatchObject({ code: 'bad_request' });
    }
  });
});

test('ranks routes and keys by requests, with what strangers sent nowhere', async () => {
  const routes = await analyticsRoutes(
    staff(),
    routeUsageInput.parse({ from: new Date('2026-11-01') }),
  );
  expect(routes).toMatchObject(routeUsageList.parse(routes));
  expect(routes.data.map(({ route, requests }) => [route?.id ?? null, requests])).toEqual([
    [routeIds[0], 10],
    [routeIds[1], 7],
    [null, 4],
  ]);
  const keys = await analyticsKeys(staff(), keyUsageInput.parse({ user: busy.id }));
  expect(keys).toMatchObject(keyUsageList.parse(keys));
  expect(keys.data).toMatchObject([
    { key: { id: keyIds[0] }, user: { id: busy.id }, requests: 15, errors: 3 },
    { key: { id: keyIds[1] }, requests: 2 },
  ]);
  expect((await analyticsKeys(staff(), keyUsageInput.parse({ limit: 1 }))).data).toHaveLength(1);
});

describe('users', () => {
  test('are ranked by every figure, each once over the pages, those without it last', async () => {
    const all = new Set([busy, quiet, unlimited, pending, idle].map(({ id }) => id));
    for (const sort of [
      'requests',
      'errors',
      'error_percent',
      'quota_percent',
      'bytes',
      'keys',
      'last_active',
    ]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await users({ sort, limit: 2, cursor });
        expect(page).toMatchObject(userUsagePage.parse(page));
        seen.push(...ids(page));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(new Set(seen)).toEqual(all);
      expect(seen).toHaveLength(all.size);
      expect(seen[0]).toBe(busy.id);
    }
  });

  test('have the figures of their summary', async () => {
    for (const { user, requests, units, quotaPercent, keyCount, lastActiveAt } of (await users({}))
      .data) {
      const summary = await usageSummary(staff(), { user: user.id });
      expect({ requests, used: units, quotaPercent, keyCount, lastActiveAt }).toEqual({
        requests: summary.requests,
        used: summary.quota.used,
        quotaPercent: summary.quota.percent,
        keyCount: summary.keyCount,
        lastActiveAt: summary.lastActiveAt,
      });
    }
  });

  test('are found by an expression', async () => {
    expect(await matching('quota_percent >= 80 and plan = "FREE"')).toEqual(new Set([busy.id]));
    expect(await matching('plan != "open bar"')).toEqual(new Set([busy.id, quiet.id]));
    // Whoever is pending has the quota of the setting, a hundred.
    expect(await matching('quota_percent = 50')).toEqual(new Set([pending.id]));
    expect(await matching('status = "suspended" or requests = 0')).toEqual(
      new Set([unlimited.id, idle.id]),
    );
    expect(await matching('keys = 2')).toEqual(new Set([busy.id]));
    expect(await matching('errors > 2 and error_percent > 17')).toEqual(new Set([busy.id]));
    expect(await matching('bytes > 210')).toEqual(new Set([busy.id]));
    expect(await matching('last_active_days > 30')).toEqual(new Set([idle.id]));
    expect(await matching('last_active_days = 0')).toEqual(new Set([busy.id]));
  });

  test('of an unlimited plan have no percentage, neither above nor below', async () => {
    const limited = new Set([busy.id, quiet.id, pending.id]);
    expect(await matching('quota_percent >= 0')).toEqual(limited);
    expect(await matching('not quota_percent >= 0')).toEqual(new Set([unlimited.id, idle.id]));
  });

  test('are not told of by an expression that cannot be read, nor by the cursor of another order', async () => {
    await expect(users({ filter: 'quota > 80' })).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('unknown field "quota" at character 1'),
    });
    const { nextCursor: cursor } = await users({ limit: 1 });
    await expect(users({ sort: 'bytes', cursor })).rejects.toMatchObject({ code: 'bad_request' });
  });
});

test('customers see their own alone, and no ranking of users', async () => {
  const ctx = () => domain.context(actorOf(quiet), { now });
  expect(await overview({}, ctx())).toMatchObject({ requests: 1, activeUsers: null });
  await expect(overview({ user: busy.id }, ctx())).rejects.toMatchObject({ code: 'not_found' });
  await expect(users({}, ctx())).rejects.toMatchObject({ code: 'forbidden' });
  const blind = domain.context(serviceActor('users:read'), { now });
  await expect(users({}, blind)).rejects.toMatchObject({ code: 'forbidden' });
  const reads = domain.context(serviceActor('usage:read'), { now });
  expect((await users({}, reads)).data).toHaveLength(5);
});

test('what a deleted user sent is in no total any more', async () => {
  await deleteUser(staff(), { user: busy.id });
  expect(await overview({})).toMatchObject({ requests: 4, units: 63, activeUsers: 3 });
  expect((await overview({})).latencyMs.p99).toBeLessThanOrEqual(2);
  const { rows } = await domain.db.query(
    `select (select sum(requests)::int from usage_days d where d.plan_id is not distinct from t.plan_id) as days,
      sum(requests)::int as total from usage_total_days t group by plan_id having sum(requests) > 0 order by 2`,
  );
  expect(rows).toEqual([
    { days: 1, total: 1 },
    { days: 1, total: 1 },
    { days: 2, total: 2 },
  ]);
});
