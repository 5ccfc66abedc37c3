import { defaultAlertSettings } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { actorOf, buildPlan, buildUsageRecord, buildUser } from '../testing/factories.ts';
import { mailsTo } from '../testing/outbox.ts';
import { openTestDomain, testNow, type TestDomain } from '../testing/test-domain.ts';
import { ingestUsage } from '../usage/ingest-usage.ts';
import { usageSummary } from '../usage/usage-summary.ts';
import { suspendUser } from '../users/suspend-user.ts';
import { updateUser } from '../users/update-user.ts';
import type { User } from '../users/user.ts';
import { getAlerts } from './get-alerts.ts';
import { raiseForecastAlerts, raiseQuotaAlerts } from './raise-alerts.ts';
import { updateAlerts } from './update-alerts.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const raise = (now = testNow) => raiseQuotaAlerts(domain.context(system, { now }));

async function customer(requestsPerMonth: number | null = 1_000): Promise<User> {
  const plan = await buildPlan(domain, { requestsPerMonth });
  return buildUser(domain, { plan: plan.id });
}

const use = (user: User, units: number, at: Date = testNow) => {
  const periodStart = `${at.toISOString().slice(0, 7)}-01`;
  const fields = { userId: user.id, units, atMs: at.getTime(), periodStart };
  return ingestUsage(domain.db, [buildUsageRecord(fields)]);
};

/** The subjects of the alerts to a user, the first one first. */
const told = async (user: User) =>
  (await mailsTo(domain, user.email))
    .filter(({ template }) => template.startsWith('quota_'))
    .map(({ subject }) => subject)
    .toReversed();

const reached = (percent: number) => `You have used ${percent} % of your quota`;

test('mails 80 and 100 % once each, however usage arrives and however many look', async () => {
  const user = await customer();
  await domain.openConnections();
  await Promise.all(
    Array.from({ length: 40 }, async (_, at) => {
      await use(user, 25);
      if (at % 2 === 0) await raise();
    }),
  );
  await Promise.all(Array.from({ length: 8 }, () => raise()));
  expect(await told(user)).toEqual([reached(80), reached(100)]);
  expect(await raise()).toBe(0);

  const { raised } = await getAlerts(domain.context(actorOf(user)), {});
  expect(raised).toHaveLength(2);
  expect(raised).toContainEqual({
    measure: 'quota',
    percent: 100,
    units: 1000,
    limit: 1000,
    at: testNow,
  });
  const text = (await mailsTo(domain, user.email))[0]?.text;
  expect(text).toContain('1,000 of the 1,000 requests');
  expect(text).toContain('Requests are refused until then. The quota starts anew on 1 December.');
  expect(text).toContain('https://apigate.test/portal/usage');
});

test('says nothing below a threshold, nor of a plan without a limit, nor to the suspended', async () => {
  const below = await customer();
  const unlimited = await customer(null);
  const suspended = await customer();
  await suspendUser(domain.context(system), { user: suspended.id });
  await Promise.all([use(below, 799), use(unlimited, 5_000), use(suspended, 1_000)]);
  await raise();
  expect([await told(below), await told(unlimited), await told(suspended)]).toEqual([[], [], []]);
});

test('tells anew in the next period', async () => {
  const user = await customer();
  await use(user, 850);
  await raise();
  const later = new Date('2026-12-02T00:00:00Z');
  await use(user, 900, later);
  await raise(later);
  expect(await told(user)).toEqual([reached(80), reached(80)]);
  expect((await getAlerts(domain.context(actorOf(user)), {})).raised).toHaveLength(1);
});

test('a larger plan makes a threshold count anew, one that is still reached is not told twice', async () => {
  const user = await customer();
  await use(user, 900);
  await raise();
  const change = async (requestsPerMonth: number) => {
    const { id } = await buildPlan(domain, { requestsPerMonth });
    await updateUser(domain.context(system), { user: user.id, plan: id });
    await raise();
  };
  await change(1_050);
  expect(await told(user)).toEqual([reached(80)]);
  await change(10_000);
  await use(user, 7_500);
  await raise();
  expect(await told(user)).toEqual([reached(80), reached(80)]);
});

test('goes by the thresholds that the customer has chosen, and leaves out mails where they want none', async () => {
  const user = await customer();
  const ctx = () => domain.context(actorOf(user));
  expect(await getAlerts(ctx(), {})).toEqual({ ...defaultAlertSettings, raised: [] });
  await updateAlerts(ctx(), { quotaPercents: [90, 50] });
  await use(user, 850);
  await raise();
  expect(await told(user)).toEqual([reached(50)]);
  const { quotaPercents } = await updateAlerts(ctx(), { email: false });
  expect(quotaPercents).toEqual([50, 90]);
  await use(user, 50);
  await raise();
  expect(await told(user)).toEqual([reached(50)]);
  expect((await getAlerts(ctx(), {})).raised.map(({ percent }) => percent)).toContain(90);
});

test('tells of a forecast once, by the figures that the portal shows, and only who asked for it', async () => {
  const [asked, silent, new_] = [await customer(), await customer(), await customer()];
  for (const user of [asked, new_]) {
    await updateAlerts(domain.context(actorOf(user)), { forecastPercents: [100] });
  }
  const day = (n: number) => new Date(Date.UTC(2026, 10, n, 6));
  for (const user of [asked, silent]) {
    for (let n = 14; n <= 21; n += 1) await use(user, 70, day(n));
  }
  // The pace of a single morning tells nothing.
  await use(new_, 300, day(21));
  const look = () => raiseForecastAlerts(domain.context(system));
  await Promise.all([look(), look(), look()]);
  await look();
  expect(await told(asked)).toEqual(['At this pace: 100 % of your quota']);
  expect(await told(silent)).toEqual([]);
  expect(await told(new_)).toEqual([]);
  expect((await mailsTo(domain, asked.email))[0]?.text).toContain('used up on 27 November');
  const { forecast } = await usageSummary(domain.context(actorOf(asked)), {});
  expect(forecast?.quotaReachedAt?.toISOString()).toMatch(/^2026-11-27/);
  const { raised } = await getAlerts(domain.context(actorOf(asked)), {});
  expect(raised).toMatchObject([{ measure: 'forecast', units: forecast?.units }]);
});

test('customers change their own, moderators nobody else’s, admins everybody’s', async () => {
  const user = await customer();
  const moderator = await buildUser(domain, { role: 'moderator' });
  const admin = await buildUser(domain, { role: 'admin' });
  const change = (actor: User) =>
    updateAlerts(domain.context(actorOf(actor)), { user: user.id, quotaPercents: [70] });
  await expect(change(await customer())).rejects.toMatchObject({ code: 'not_found' });
  await expect(change(moderator)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await change(admin)).toMatchObject({ quotaPercents: [70] });
});
