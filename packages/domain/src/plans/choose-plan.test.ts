import { isFreePlan, listPlansInput, updatePlanInput } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { setSetting, unsetSetting } from '../settings/manage-settings.ts';
import { actorOf, buildKey, buildPlan, buildUser, serviceActor } from '../testing/factories.ts';
import { mailsTo } from '../testing/outbox.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { getUser } from '../users/get-user.ts';
import { updateUser } from '../users/update-user.ts';
import type { User } from '../users/user.ts';
import { choosePlan } from './choose-plan.ts';
import { deletePlan } from './delete-plan.ts';
import { getPlan } from './get-plan.ts';
import { listPlans } from './list-plans.ts';
import { updatePlan } from './update-plan.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
  await domain.openConnections();
});
afterAll(() => domain[Symbol.asyncDispose]());

const choose = (user: User, plan: string) => choosePlan(domain.context(actorOf(user)), { plan });
const planOf = async (user: User) =>
  (await getUser(domain.context(system), { user: user.id })).plan.id;
const chosen = async (user: User) => {
  const { rows } = await domain.db.query<{ before: unknown; after: unknown }>(
    `select before, after from audit_events where action = 'plans.chosen' and target_id = $1`,
    [user.id],
  );
  return rows;
};

test('moves the caller between free plans, with an entry in the log and a mail, and back', async () => {
  const user = await buildUser(domain);
  const { key } = await buildKey(domain, { user: user.id });
  const plan = await buildPlan(domain);
  expect((await choose(user, plan.slug)).plan).toMatchObject({ id: plan.id });
  expect(await chosen(user)).toMatchObject([
    { before: { plan: { id: user.plan.id } }, after: { plan: { id: plan.id } } },
  ]);
  expect(await mailsTo(domain, user.email)).toMatchObject([
    { template: 'plan_changed', subject: `Your plan is now ${plan.name}` },
  ]);
  const { rows } = await domain.db.query(
    'select user_id, enabled, revoked_at from keys where id = $1',
    [key.id],
  );
  expect(rows).toEqual([{ user_id: user.id, enabled: true, revoked_at: null }]);

  await choose(user, user.plan.id);
  expect(await planOf(user)).toBe(user.plan.id);
});

test('does nothing where it is the plan already, whatever it costs', async () => {
  const plan = await buildPlan(domain, { priceMonthlyCents: 900 });
  const user = await buildUser(domain, { plan: plan.id });
  await choose(user, plan.id);
  expect(await chosen(user)).toEqual([]);
  expect(await mailsTo(domain, user.email)).toEqual([]);
});

test.each([
  ['a monthly price', { priceMonthlyCents: 1 }],
  ['a price past the quota', { enforcement: 'soft' as const, overageCentsPer1000: 1 }],
])('neither enters nor leaves a plan with %s', async (_, fields) => {
  const priced = await buildPlan(domain, fields);
  const free = await buildPlan(domain);
  const [onFree, onPriced] = [
    await buildUser(domain, { plan: free.id }),
    await buildUser(domain, { plan: priced.id }),
  ];
  await expect(choose(onFree, priced.id)).rejects.toMatchObject({ code: 'plan_not_free' });
  await expect(choose(onPriced, free.id)).rejects.toMatchObject({ code: 'plan_not_free' });
  expect([await planOf(onFree), await planOf(onPriced)]).toEqual([free.id, priced.id]);
  expect(await chosen(onFree)).toEqual([]);
});

test('a price past a quota that refuses bills nothing', () => {
  const plan = { priceMonthlyCents: 0, overageCentsPer1000: 5 };
  expect(isFreePlan({ ...plan, enforcement: 'hard' })).toBe(true);
  expect(isFreePlan({ ...plan, enforcement: 'soft' })).toBe(false);
});

test('does nothing while the setting is off', async () => {
  const user = await buildUser(domain);
  const plan = await buildPlan(domain);
  const name = 'portal.plan_change';
  await setSetting(domain.context(system), { name, value: 'off' });
  await expect(choose(user, plan.id)).rejects.toMatchObject({ code: 'plan_change_closed' });
  await unsetSetting(domain.context(system), { name });
  expect(await planOf(user)).toBe(user.plan.id);
});

test('a plan that is not offered is not there, unless it is the own one', async () => {
  const off = await buildPlan(domain, { enabled: false });
  const other = await buildPlan(domain, { enabled: false });
  const user = await buildUser(domain, { plan: off.id });
  const context = () => domain.context(actorOf(user));
  expect(await getPlan(context(), { plan: off.id })).toMatchObject({ userCount: null });
  const { data } = await listPlans(context(), listPlansInput.parse({ limit: 200 }));
  expect(data.filter(({ enabled }) => !enabled).map(({ id }) => id)).toEqual([off.id]);
  await expect(getPlan(context(), { plan: other.id })).rejects.toMatchObject({ code: 'not_found' });
  await expect(choose(user, other.id)).rejects.toMatchObject({ code: 'not_found' });
  const admin = await buildUser(domain, { role: 'admin' });
  await expect(choose(admin, other.id)).rejects.toMatchObject({ code: 'plan_disabled' });
});

test('is for people, each for themselves', async () => {
  const plan = await buildPlan(domain);
  for (const actor of [serviceActor('users:write', 'plans:write'), serviceActor('admin'), system]) {
    await expect(choosePlan(domain.context(actor), { plan: plan.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
  }
  const moderator = await buildUser(domain, { role: 'moderator' });
  expect((await choose(moderator, plan.id)).plan.id).toBe(plan.id);
});

test('nobody slips onto a plan in the moment in which it gets a price, is switched off or goes', async () => {
  const changes = [
    (plan: string) =>
      updatePlan(domain.context(system), updatePlanInput.parse({ plan, priceMonthlyCents: 500 })),
    (plan: string) =>
      updatePlan(domain.context(system), updatePlanInput.parse({ plan, enabled: false })),
    (plan: string) => deletePlan(domain.context(system), { plan }),
  ];
  for (const change of changes) {
    const plan = await buildPlan(domain);
    const user = await buildUser(domain);
    const em = domain.orm.em.fork();
    await em.begin();
    await em.execute('select 1 from plans where id = ? for update', [plan.id]);
    const changed = change(plan.id);
    const outcome = Promise.allSettled([changed]);
    const waiting = async () => {
      const { rows } = await domain.db.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    };
    await expect.poll(waiting).toBe(1);
    const tried = Promise.allSettled([choose(user, plan.id)]);
    await expect.poll(waiting).toBe(2);
    await em.commit();
    expect(await outcome).toMatchObject([{ status: 'fulfilled' }]);
    expect(await tried).toMatchObject([{ status: 'rejected' }]);
    expect(await planOf(user)).toBe(user.plan.id);
  }
});

test('an admin who changes the plan of a user has that user told', async () => {
  const user = await buildUser(domain);
  const plan = await buildPlan(domain);
  const context = () => domain.context(system);
  await updateUser(context(), { user: user.id, name: 'Jane' });
  expect(await mailsTo(domain, user.email)).toEqual([]);
  await updateUser(context(), { user: user.id, plan: plan.id });
  expect(await mailsTo(domain, user.email)).toMatchObject([{ template: 'plan_changed' }]);
});
