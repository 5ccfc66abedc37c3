import { createPlanInput, listPlansInput, updatePlanInput } from '@apigate/contract';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { newId } from '../ids.ts';
import { actorOf, buildPlan, buildUser, serviceActor } from '../testing/factories.ts';
import { openTestDomain, testNow, type TestDomain } from '../testing/test-domain.ts';
import { createPlan } from './create-plan.ts';
import { deletePlan } from './delete-plan.ts';
import { getPlan } from './get-plan.ts';
import { listPlans } from './list-plans.ts';
import { updatePlan } from './update-plan.ts';

let domain: TestDomain | undefined;
afterAll(() => domain?.[Symbol.asyncDispose]());

function own(): TestDomain {
  if (domain === undefined) throw new Error('the domain is not open yet');
  return domain;
}

beforeEach(async () => {
  if (domain === undefined) {
    domain = await openTestDomain();
    await domain.openConnections();
  }
  await domain.db.query('truncate users, plans cascade');
  await buildPlan(domain, { slug: 'free', name: 'Free', isDefault: true });
});

const create = (fields: object) =>
  createPlan(own().context(system), createPlanInput.parse({ name: 'Pro', ...fields }));
const update = (fields: object) => updatePlan(own().context(system), updatePlanInput.parse(fields));
const remove = (plan: string) => deletePlan(own().context(system), { plan });

async function defaults(): Promise<{ slug: string; enabled: boolean }[]> {
  const { rows } = await own().db.query<{ slug: string; enabled: boolean }>(
    'select slug, enabled from plans where is_default',
  );
  return rows;
}

describe('making and changing a plan', () => {
  test.each([
    ['Pro (yearly)', 'pro-yearly'],
    ['  Team  ', 'team'],
    ['Größe XL', 'gro-e-xl'],
    ['Café', 'cafe'],
    ['x'.repeat(100), 'x'.repeat(64)],
    [`${'x'.repeat(63)} y`, 'x'.repeat(63)],
  ])('makes of the name %j the slug %j', async (name, slug) => {
    expect((await create({ name })).slug).toBe(slug);
  });

  test('asks for a slug where none can be made', async () => {
    await expect(create({ name: '漢字' })).rejects.toMatchObject({
      code: 'bad_request',
      errors: [{ path: 'slug' }],
    });
    expect((await create({ name: '漢字', slug: 'kanji' })).slug).toBe('kanji');
  });

  test('refuses a slug or a name that is taken, in any case', async () => {
    await expect(create({ slug: 'free' })).rejects.toMatchObject({ code: 'slug_taken' });
    await expect(create({ name: 'FREE', slug: 'other' })).rejects.toMatchObject({
      code: 'name_taken',
    });
    await create({ name: 'Pro' });
    await expect(update({ plan: 'pro', slug: 'free' })).rejects.toMatchObject({
      code: 'slug_taken',
    });
    await expect(update({ plan: 'pro', name: 'free' })).rejects.toMatchObject({
      code: 'name_taken',
    });
  });

  test('keeps -1 as no limit, and the largest limit to the unit', async () => {
    const plan = await create({ requestsPerMonth: -1, rateLimitPerMinute: 1_000_000_000_000 });
    expect(plan).toMatchObject({ requestsPerMonth: null, rateLimitPerMinute: 1_000_000_000_000 });
    expect(await getPlan(own().context(system), { plan: 'PRO' })).toEqual(plan);
  });

  test('changes what is given and leaves the rest', async () => {
    const before = await create({ description: 'For teams', features: { sso: 'yes' }, burst: 5 });
    const later = new Date(testNow.getTime() + 1000);
    const context = own().context(system, { now: later });
    const after = await updatePlan(
      context,
      updatePlanInput.parse({ plan: before.id, burst: null, priceMonthlyCents: 900 }),
    );
    expect(after).toEqual({ ...before, burst: null, priceMonthlyCents: 900, updatedAt: later });
  });

  test('of two who start from the same plan one is told of the other, and overwrites nothing', async () => {
    const { id: plan, updatedAt: unchangedSince } = await create({});
    const change = (trialDays: number) =>
      updatePlan(
        { ...own().context(system), now: new Date(testNow.getTime() + trialDays) },
        { plan, trialDays, unchangedSince },
      );
    const told = await Promise.allSettled([change(1), change(2)]);
    expect(told.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = told.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { code: 'precondition_failed' } });
    const { trialDays } = await getPlan(own().context(system), { plan });
    expect(told[trialDays - 1]?.status).toBe('fulfilled');
  });

  test('counts the users of a plan', async () => {
    const plan = await buildPlan(own());
    await buildUser(own(), { plan: plan.id });
    await buildUser(own(), { plan: plan.id });
    expect(await getPlan(own().context(system), { plan: plan.id })).toMatchObject({ userCount: 2 });
  });
});

describe('the default plan', () => {
  test('is exactly one, and gives way to another', async () => {
    await create({ isDefault: true });
    expect(await defaults()).toEqual([{ slug: 'pro', enabled: true }]);
    await update({ plan: 'free', isDefault: true });
    expect(await defaults()).toEqual([{ slug: 'free', enabled: true }]);
  });

  test('cannot be disabled or deleted, and no disabled plan becomes it', async () => {
    await expect(update({ plan: 'free', enabled: false })).rejects.toMatchObject({
      code: 'plan_is_default',
    });
    await expect(remove('free')).rejects.toMatchObject({ code: 'plan_is_default' });
    await expect(create({ enabled: false, isDefault: true })).rejects.toMatchObject({
      code: 'plan_disabled',
    });
    await create({ enabled: false });
    await expect(update({ plan: 'pro', isDefault: true })).rejects.toMatchObject({
      code: 'plan_disabled',
    });
    expect(await defaults()).toEqual([{ slug: 'free', enabled: true }]);
  });

  test('stays exactly one when many become it at once', async () => {
    for (let at = 0; at < 5; at += 1) await create({ name: `Plan ${at}` });
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([
        ...Array.from({ length: 5 }, (_, at) => update({ plan: `plan-${at}`, isDefault: true })),
        create({ name: `New ${round}`, isDefault: true }),
        update({ plan: 'free', isDefault: true, description: `round ${round}` }),
      ]);
      expect(await defaults()).toHaveLength(1);
    }
  });

  test('stays one and enabled when it is disabled or deleted while it becomes the default', async () => {
    for (let round = 0; round < 10; round += 1) {
      const name = `Racer ${round}`;
      const { slug } = await create({ name });
      await Promise.allSettled([
        update({ plan: slug, isDefault: true }),
        round % 2 === 0 ? update({ plan: slug, enabled: false }) : remove(slug),
      ]);
      expect(await defaults()).toEqual([expect.objectContaining({ enabled: true })]);
      await update({ plan: 'free', isDefault: true });
    }
  });
});

describe('deleting a plan', () => {
  test('is refused while users are on it', async () => {
    const plan = await buildPlan(own());
    const user = await buildUser(own(), { plan: plan.id });
    await expect(remove(plan.id)).rejects.toMatchObject({ code: 'plan_in_use' });
    await own().db.query('delete from users where id = $1', [user.id]);
    expect(await remove(plan.slug)).toEqual({ id: plan.id });
    await expect(remove(plan.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('who sees plans', () => {
  test('customers see those that they could be on, staff all', async () => {
    const off = await buildPlan(own(), { enabled: false });
    const customer = actorOf(await buildUser(own()));
    const moderator = actorOf(await buildUser(own(), { role: 'moderator' }));
    const list = (actor: typeof customer, fields = {}) =>
      listPlans(own().context(actor), listPlansInput.parse(fields)).then((page) =>
        page.data.map(({ id }) => id),
      );
    expect(await list(customer)).not.toContain(off.id);
    expect(await list(customer, { enabled: false })).toEqual([]);
    expect(await list(moderator)).toContain(off.id);
    expect(await list(moderator, { enabled: false })).toEqual([off.id]);
    await expect(getPlan(own().context(customer), { plan: off.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(getPlan(own().context(moderator), { plan: off.id })).resolves.toBeDefined();
  });

  test('only admins and the scope change them', async () => {
    const actors = [
      actorOf(await buildUser(own())),
      actorOf(await buildUser(own(), { role: 'moderator' })),
      serviceActor('plans:read'),
    ];
    for (const actor of actors) {
      const context = () => own().context(actor);
      const refused = { code: 'forbidden' };
      await expect(
        createPlan(context(), createPlanInput.parse({ name: 'x' })),
      ).rejects.toMatchObject(refused);
      await expect(
        updatePlan(context(), updatePlanInput.parse({ plan: 'free' })),
      ).rejects.toMatchObject(refused);
      await expect(deletePlan(context(), { plan: newId() })).rejects.toMatchObject(refused);
    }
  });

  test('lists every plan exactly once over the pages, oldest first', async () => {
    for (let at = 0; at < 6; at += 1) await buildPlan(own());
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const input = listPlansInput.parse({ limit: 2, cursor });
      const page = await listPlans(own().context(system), input);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const { rows } = await own().db.query<{ id: string }>('select id from plans order by id');
    expect(seen).toEqual(rows.map(({ id }) => id));
  });
});
