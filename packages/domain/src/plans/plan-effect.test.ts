import { planEffectInput, type PlanEffectInput } from '@apigate/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { SharedCounters } from '../gateway/counters/shared-counters.ts';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import { setSetting } from '../settings/manage-settings.ts';
import {
  actorOf,
  buildKey,
  buildPlan,
  buildRefusal,
  buildUsageRecord,
  buildUser,
  serviceActor,
} from '../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { ingestUsage } from '../usage/ingest-usage.ts';
import type { UsageRecord } from '../usage/usage-record.ts';
import { planEffect } from './plan-effect.ts';
import type { Plan } from './plan.ts';

let domain: TestDomain;
let plan: Plan;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());
beforeEach(async () => {
  plan = await buildPlan(domain, { rateLimitPerMinute: null, requestsPerMonth: null });
});

const effect = (limits: Omit<PlanEffectInput, 'plan'> = {}) =>
  planEffect(domain.context(system), planEffectInput.parse({ plan: plan.id, ...limits }));

const hourMs = 3_600_000;
const [october28, october10, november2, november20] = [
  '2026-10-28T05:00:00Z',
  '2026-10-10T05:00:00Z',
  '2026-11-02T05:00:00Z',
  '2026-11-20T05:00:00Z',
].map(Date.parse) as [number, number, number, number];

async function buildCustomer(status: 'active' | 'pending' = 'active') {
  const user = await buildUser(domain, { plan: plan.id, status });
  const { key } = await buildKey(domain, { user: user.id });
  return { user, of: { userId: user.id, keyId: key.id, planId: plan.id } };
}

/** Requests that are spread evenly over an hour. */
function hourOf(count: number, fromMs: number, fields: Partial<UsageRecord>): UsageRecord[] {
  return Array.from({ length: count }, (_, at) =>
    buildUsageRecord({ ...fields, atMs: fromMs + Math.floor((at * hourMs) / count) }),
  );
}

/** What limits would have refused of requests, had the proxy had them, and each kind of limit alone. */
function replay(records: readonly UsageRecord[], perMinute: number, burst: number, limit: number) {
  let nowMs = 0;
  const counters = new SharedCounters({ clock: () => nowMs });
  const refused = { rate: 0, quota: 0 };
  for (const { atMs, userId, units } of records.toSorted((a, b) => a.atMs - b.atMs)) {
    nowMs = atMs;
    const demand = { id: `u:${userId}`, perMinute, capacity: burst };
    if (counters.take([demand], null).refusedBy !== null) refused.rate += 1;
    const account = {
      userId: userId ?? '',
      periodStart: quotaPeriodAt(atMs).start,
      units,
      limit,
      enforcement: 'hard' as const,
    };
    const isLookedAt = atMs >= Date.parse('2026-10-22T00:00:00Z');
    if (counters.take([], account).refusedBy !== null && isLookedAt) refused.quota += units;
  }
  return refused;
}

test('tells what the same requests come to when they are replayed under the new limits', async () => {
  const [busy, calm] = [await buildCustomer(), await buildCustomer()];
  const records = [
    ...hourOf(40, october10, busy.of),
    ...hourOf(200, october28, busy.of),
    ...hourOf(150, november2, busy.of),
    ...hourOf(90, november20, busy.of),
    ...hourOf(30, november20, calm.of),
  ];
  await ingestUsage(domain.db, records);
  const refused = replay(records, 2, 10, 170);
  expect(refused.rate).toBeGreaterThan(50);
  expect(refused.quota).toBeGreaterThan(50);

  const { userCount, firstDay, lastDay, present, proposed, mostAffected } = await effect({
    rateLimitPerMinute: 2,
    burst: 10,
    requestsPerMonth: 170,
  });
  expect({ userCount, firstDay, lastDay }).toEqual({
    userCount: 2,
    firstDay: '2026-10-22',
    lastDay: '2026-11-21',
  });
  expect(present).toMatchObject({ usersAtQuota: 0, unitsPastQuota: 0, requestsPastRate: 0 });
  expect(proposed).toMatchObject({
    usersAtQuota: 1,
    usersPastQuota: 1,
    unitsPastQuota: refused.quota,
    usersPastRate: 1,
  });
  // The last request of an hour comes a little before its end: in each of the two that is one token less at the most.
  expect(proposed.requestsPastRate).toBeLessThanOrEqual(refused.rate);
  expect(proposed.requestsPastRate).toBeGreaterThanOrEqual(refused.rate - 2);
  expect(mostAffected).toEqual([
    {
      user: { id: busy.user.id, email: busy.user.email, name: null },
      used: 240,
      isAtQuota: true,
      unitsPastQuota: refused.quota,
      requestsPastRate: proposed.requestsPastRate,
    },
  ]);
});

test('never tells of more requests past the rate limit than a replay refuses, however they came', async () => {
  const { of } = await buildCustomer();
  const burst = Array.from({ length: 60 }, (_, at) =>
    buildUsageRecord({ ...of, atMs: november20 + at }),
  );
  await ingestUsage(domain.db, burst);
  const { proposed } = await effect({ rateLimitPerMinute: 1, burst: 5 });
  expect(replay(burst, 1, 5, 1e9).rate).toBe(55);
  expect(proposed).toMatchObject({ usersPastRate: 0, requestsPastRate: 0 });
});

test('counts neither what was refused nor what no proxy saw against the rate, and units against the quota', async () => {
  const { of } = await buildCustomer();
  await ingestUsage(domain.db, [
    ...hourOf(80, november20, { ...of, ...buildRefusal() }),
    ...hourOf(70, november20, { ...of, keyId: null, units: 2 }),
  ]);
  const { proposed } = await effect({ rateLimitPerMinute: 1, burst: 1, requestsPerMonth: 100 });
  expect(proposed).toMatchObject({ requestsPastRate: 0, unitsPastQuota: 40, usersAtQuota: 1 });
});

test('holds pending users to their own limits, and a bucket for each key where keys have their own', async () => {
  const waiting = await buildCustomer('pending');
  await ingestUsage(domain.db, hourOf(120, november20, waiting.of));
  expect((await effect()).present).toMatchObject({ usersAtQuota: 1, unitsPastQuota: 20 });
  expect((await effect({ requestsPerMonth: 30 })).proposed).toMatchObject({ unitsPastQuota: 90 });

  const { user, of } = await buildCustomer();
  const { key: second } = await buildKey(domain, { user: user.id });
  await ingestUsage(domain.db, [
    ...hourOf(70, november2, of),
    ...hourOf(70, november2, { ...of, keyId: second.id }),
  ]);
  const limits = { rateLimitPerMinute: 1, burst: 1 };
  const pastRate = async () => (await effect(limits)).proposed.requestsPastRate;
  expect(await pastRate()).toBe(140 - 61 + (120 - 61));
  await setSetting(domain.context(system), { name: 'ratelimit.scope', value: 'key' });
  expect(await pastRate()).toBe(2 * (70 - 61) + (120 - 61));
});

test('is for admins alone, because it tells of users and of what they use', async () => {
  const ask = (actor: Parameters<typeof domain.context>[0]) =>
    planEffect(domain.context(actor), { plan: plan.slug });
  const moderator = await buildUser(domain, { role: 'moderator' });
  for (const actor of [actorOf(moderator), serviceActor('plans:write', 'usage:read')]) {
    await expect(ask(actor)).rejects.toMatchObject({ code: 'forbidden' });
  }
  const admin = await buildUser(domain, { role: 'admin' });
  expect(await ask(actorOf(admin))).toMatchObject({ userCount: 0, mostAffected: [] });
});
