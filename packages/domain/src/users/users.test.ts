import { createUserInput, listUsersInput, updateUserInput } from '@apigate/contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { system } from '../access/actor.ts';
import { Session } from '../auth/session.ts';
import { signIn } from '../auth/sign-in.ts';
import { newId } from '../ids.ts';
import {
  actorOf,
  buildPlan,
  buildSession,
  buildUsageRecord,
  buildUser,
  serviceActor,
} from '../testing/factories.ts';
import { openTestDomain, testNow, type TestDomain } from '../testing/test-domain.ts';
import { ingestUsage } from '../usage/ingest-usage.ts';
import { activateUser } from './activate-user.ts';
import { createUser } from './create-user.ts';
import { deleteUser } from './delete-user.ts';
import { getUser } from './get-user.ts';
import { listUsers } from './list-users.ts';
import { setUserPassword } from './set-user-password.ts';
import { suspendUser } from './suspend-user.ts';
import { updateUser } from './update-user.ts';
import type { User } from './user.ts';
import { verifyUser } from './verify-user.ts';

let domain: TestDomain;
let admin: User;
beforeAll(async () => {
  domain = await openTestDomain();
  await buildPlan(domain, { slug: 'free', name: 'Free', isDefault: true });
  admin = await buildUser(domain, { role: 'admin' });
});
afterAll(() => domain[Symbol.asyncDispose]());

const as = (user: User) => domain.context(actorOf(user));

function create(fields: object) {
  return createUser(as(admin), createUserInput.parse(fields));
}

function sessionsOf(user: { id: string }): Promise<number> {
  return domain.orm.em.fork().count(Session, { user: user.id });
}

describe('creating a user', () => {
  test('puts it on the default plan, active, a customer', async () => {
    const user = await create({ email: 'Jane@Example.com', metadata: { company: 'ACME' } });
    expect(user).toMatchObject({
      email: 'jane@example.com',
      plan: { slug: 'free' },
      status: 'active',
      role: 'customer',
      metadata: { company: 'ACME' },
      emailVerifiedAt: null,
      createdAt: testNow,
    });
    expect(await getUser(as(admin), { user: 'JANE@example.COM' })).toEqual(user);
    expect(JSON.stringify(user)).not.toMatch(/hash|epoch|totp/i);
  });

  test.each([
    [{ email: 'taken@example.com' }, { email: 'TAKEN@EXAMPLE.COM' }, 'email_taken'],
    [{ username: 'Takenname' }, { username: 'takenNAME' }, 'username_taken'],
    [{ externalId: 'ext-1' }, { externalId: 'ext-1' }, 'external_id_taken'],
    [{ stripeCustomerId: 'cus_1' }, { stripeCustomerId: 'cus_1' }, 'external_id_taken'],
    [{ paddleCustomerId: 'ctm_1' }, { paddleCustomerId: 'ctm_1' }, 'external_id_taken'],
    [{ lemonSqueezyCustomerId: '1' }, { lemonSqueezyCustomerId: '1' }, 'external_id_taken'],
  ])('refuses %j beside %j', async (first, second, code) => {
    await create({ email: `${newId()}@example.com`, ...first });
    const before = await domain.db.query('select count(*) from users');
    await expect(create({ email: `${newId()}@example.com`, ...second })).rejects.toMatchObject({
      code,
    });
    expect(await domain.db.query('select count(*) from users')).toMatchObject({
      rows: before.rows,
    });
  });

  test('lets exactly one of ten parallel calls have an address', async () => {
    await domain.openConnections();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => create({ email: 'race@example.com' })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'email_taken' });
    }
  });

  test('finds the plan by id, slug or name, in any case', async () => {
    const plan = await buildPlan(domain, { slug: 'team', name: 'Team Plan' });
    for (const ref of [plan.id, 'TEAM', 'team plan']) {
      const user = await create({ email: `${newId()}@example.com`, plan: ref });
      expect(user.plan.id).toBe(plan.id);
    }
    await expect(create({ email: 'x@example.com', plan: 'none' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('binds the shortest password, and hashes what it is given', async () => {
    await expect(create({ email: 'p@example.com', password: 'seven77' })).rejects.toMatchObject({
      code: 'bad_request',
      errors: [{ path: 'password' }],
    });
    await create({ email: 'p@example.com', password: 'eight888' });
    const input = { email: 'p@example.com', password: 'eight888', cookies: false };
    await expect(signIn(domain.context(system), input, null)).resolves.toBeDefined();
  });

  test('is refused to customers, moderators and service keys without the scope', async () => {
    const input = createUserInput.parse({ email: 'no@example.com' });
    const actors = [
      actorOf(await buildUser(domain)),
      actorOf(await buildUser(domain, { role: 'moderator' })),
      serviceActor('users:read', 'keys:write'),
    ];
    for (const actor of actors) {
      await expect(createUser(domain.context(actor), input)).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
    const context = domain.context(serviceActor('users:write'));
    await expect(createUser(context, input)).resolves.toMatchObject({ email: 'no@example.com' });
  });

  test('makes staff only for those who may give roles', async () => {
    for (const role of ['moderator', 'admin'] as const) {
      const input = createUserInput.parse({ email: `${role}@example.com`, role });
      await expect(
        createUser(domain.context(serviceActor('users:write')), input),
      ).rejects.toMatchObject({ code: 'forbidden' });
      await expect(createUser(as(admin), input)).resolves.toMatchObject({ role });
    }
  });
});

describe('finding a user', () => {
  test('goes by id, external id, address and username', async () => {
    const { id } = await create({
      email: 'find@example.com',
      username: 'Finder',
      externalId: 'Ext-9',
    });
    for (const user of [id, id.toUpperCase(), 'Ext-9', 'FIND@example.com', 'finder', 'FINDER']) {
      expect((await getUser(as(admin), { user })).id).toBe(id);
    }
    for (const user of ['ext-9', 'find', 'find@', "' or ''='", newId(), '%']) {
      await expect(getUser(as(admin), { user })).rejects.toMatchObject({ code: 'not_found' });
    }
  });

  test('is for the user and for staff; to customers others do not exist', async () => {
    const user = await buildUser(domain);
    const other = await buildUser(domain);
    await expect(getUser(as(user), { user: user.id })).resolves.toMatchObject({ id: user.id });
    const hidden = await getUser(as(user), { user: other.id }).catch(String);
    const missing = await getUser(as(user), { user: newId() }).catch(String);
    expect(hidden).toBe(missing);
  });
});

describe('changing a user', () => {
  const update = (actor: User, fields: object) =>
    updateUser(as(actor), updateUserInput.parse(fields));

  test('changes what is given and leaves the rest', async () => {
    const user = await create({ email: 'c@example.com', username: 'cc', metadata: { a: '1' } });
    const changed = await update(admin, { user: user.id, firstName: 'Cleo', metadata: { b: '2' } });
    expect(changed).toEqual({
      ...user,
      firstName: 'Cleo',
      metadata: { b: '2' },
      updatedAt: testNow,
    });
    const cleared = await update(admin, { user: user.id, username: null, firstName: null });
    expect(cleared).toMatchObject({ username: null, firstName: null, metadata: { b: '2' } });
  });

  test('refuses an address that another user has', async () => {
    const [one, two] = [await buildUser(domain), await buildUser(domain)];
    await expect(
      update(admin, { user: two.id, email: one.email.toUpperCase() }),
    ).rejects.toMatchObject({ code: 'email_taken' });
    await expect(update(admin, { user: one.id, email: one.email })).resolves.toBeDefined();
  });

  test.each([
    ['customer', { name: 'Me', firstName: 'M', lastName: 'E', username: 'me-myself' }, 'allowed'],
    ['customer', { metadata: { a: 'b' } }, 'forbidden'],
    ['customer', { email: 'me@example.com' }, 'forbidden'],
    ['customer', { plan: 'free' }, 'forbidden'],
    ['customer', { role: 'admin' }, 'forbidden'],
    ['customer', { externalId: 'me' }, 'forbidden'],
    ['customer', { stripeCustomerId: 'cus_me' }, 'forbidden'],
    ['moderator', { role: 'admin' }, 'forbidden'],
    ['admin', { role: 'customer' }, 'self_change_refused'],
  ] as const)('a %s who changes %j of their own is %s', async (role, fields, outcome) => {
    const user = await buildUser(domain, { role });
    const change = update(user, { user: user.id, ...fields });
    if (outcome === 'allowed') await expect(change).resolves.toMatchObject(fields);
    else await expect(change).rejects.toMatchObject({ code: outcome });
  });

  test.each([
    [{ name: 'x' }, 'allowed'],
    [{ metadata: { a: 'b' } }, 'allowed'],
    [{ email: 'y@example.com' }, 'forbidden'],
    [{ plan: 'free' }, 'forbidden'],
    [{ role: 'moderator' }, 'forbidden'],
    [{ name: 'x', plan: 'free' }, 'forbidden'],
  ])('a moderator who changes %j of a customer is %s', async (fields, outcome) => {
    const [moderator, customer] = [
      await buildUser(domain, { role: 'moderator' }),
      await buildUser(domain),
    ];
    const change = update(moderator, { user: customer.id, ...fields });
    if (outcome === 'allowed') await expect(change).resolves.toMatchObject(fields);
    else await expect(change).rejects.toMatchObject({ code: outcome });
    for (const role of ['moderator', 'admin'] as const) {
      const staff = await buildUser(domain, { role });
      await expect(update(moderator, { user: staff.id, ...fields })).rejects.toMatchObject({
        code: 'forbidden',
      });
    }
  });

  test('changes nothing at all when one field of many is refused', async () => {
    const user = await buildUser(domain, { name: 'before' });
    await expect(
      update(user, { user: user.id, name: 'after', role: 'admin' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect((await getUser(as(admin), { user: user.id })).name).toBe('before');
  });

  test('ends the access tokens of a user who gets another role', async () => {
    const user = await buildUser(domain);
    await update(admin, { user: user.id, role: 'moderator' });
    const { rows } = await domain.db.query('select session_epoch from users where id = $1', [
      user.id,
    ]);
    expect(rows).toEqual([{ session_epoch: 1 }]);
  });
});

describe('suspending, activating, verifying, setting a password', () => {
  test('suspension is told with its reason, ends sessions, and activation undoes it', async () => {
    const user = await buildUser(domain);
    await buildSession(domain, user);
    const suspended = await suspendUser(as(admin), { user: user.email, reason: 'Late payment' });
    expect(suspended).toMatchObject({ status: 'suspended', suspendedReason: 'Late payment' });
    expect(await sessionsOf(user)).toBe(0);
    expect(await activateUser(as(admin), { user: user.id })).toMatchObject({
      status: 'active',
      suspendedReason: null,
    });
  });

  test('verification makes a pending user active, once, and frees no suspended one', async () => {
    const pending = await buildUser(domain, { status: 'pending' });
    expect(await verifyUser(as(admin), { user: pending.id })).toMatchObject({
      status: 'active',
      emailVerifiedAt: testNow,
    });
    const later = domain.context(system, { now: new Date(testNow.getTime() + 1000) });
    expect(await verifyUser(later, { user: pending.id })).toMatchObject({
      emailVerifiedAt: testNow,
    });
    const suspended = await buildUser(domain, { status: 'suspended' });
    expect(await verifyUser(as(admin), { user: suspended.id })).toMatchObject({
      status: 'suspended',
      emailVerifiedAt: testNow,
    });
  });

  test('a new password ends all sessions and is the one that works', async () => {
    const user = await buildUser(domain, { password: 'the old password' });
    await buildSession(domain, user);
    await setUserPassword(as(admin), { user: user.id, password: 'new-password' });
    expect(await sessionsOf(user)).toBe(0);
    const enter = (password: string) =>
      signIn(domain.context(system), { email: user.email, password, cookies: false }, null);
    await expect(enter('the old password')).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(enter('new-password')).resolves.toBeDefined();
    await expect(
      setUserPassword(as(admin), { user: user.id, password: 'short' }),
    ).rejects.toMatchObject({ code: 'bad_request' });
  });

  test('nobody suspends or deletes themselves', async () => {
    const another = await buildUser(domain, { role: 'admin' });
    await expect(suspendUser(as(another), { user: another.id })).rejects.toMatchObject({
      code: 'self_change_refused',
    });
    await expect(deleteUser(as(another), { user: another.email })).rejects.toMatchObject({
      code: 'self_change_refused',
    });
  });

  test('moderators do these to customers only, and set no password', async () => {
    const moderator = await buildUser(domain, { role: 'moderator' });
    const customer = await buildUser(domain, { status: 'pending' });
    const colleague = await buildUser(domain, { role: 'moderator' });
    for (const verb of [verifyUser, suspendUser, activateUser]) {
      await expect(verb(as(moderator), { user: customer.id })).resolves.toBeDefined();
      for (const staff of [colleague, admin]) {
        await expect(verb(as(moderator), { user: staff.id })).rejects.toMatchObject({
          code: 'forbidden',
        });
      }
    }
    await expect(
      setUserPassword(as(moderator), { user: customer.id, password: 'new-password' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await expect(deleteUser(as(moderator), { user: customer.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  test('to customers the others are not there to be changed', async () => {
    const [user, other] = [await buildUser(domain), await buildUser(domain)];
    for (const verb of [verifyUser, suspendUser, activateUser, deleteUser]) {
      await expect(verb(as(user), { user: other.id })).rejects.toMatchObject({ code: 'not_found' });
      await expect(verb(as(user), { user: newId() })).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

describe('listing users', () => {
  const list = (fields: object) => listUsers(as(admin), listUsersInput.parse(fields));

  test('shows every user exactly once over the pages, newest first', async () => {
    for (let count = 0; count < 12; count += 1) await buildUser(domain);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 5, cursor });
      expect(page.hasMore).toBe(page.nextCursor !== null);
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const { rows } = await domain.db.query<{ id: string }>('select id from users order by id desc');
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  test('filters by status, role, plan and a part of any name, all together', async () => {
    const plan = await buildPlan(domain);
    const wanted = await buildUser(domain, {
      plan: plan.id,
      status: 'pending',
      role: 'moderator',
      name: '50%_off \\ GmbH',
    });
    await buildUser(domain, { plan: plan.id, name: '50x off GmbH' });
    const filters = [
      { q: '50%_OFF' },
      { q: '\\ gmbh' },
      { plan: plan.slug, status: 'pending' },
      { plan: plan.name, role: 'moderator', q: 'gmbh' },
      { q: wanted.email.slice(0, -4), plan: plan.id },
    ];
    for (const filter of filters) {
      expect((await list(filter)).data.map(({ id }) => id)).toEqual([wanted.id]);
    }
    expect((await list({ q: '%', plan: plan.id })).data).toHaveLength(1);
    await expect(list({ plan: 'no such plan' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('finds any part of an address, name, username or external id, and nothing across two of them', async () => {
    const { id: plan } = await buildPlan(domain);
    const { id } = await buildUser(domain, {
      plan,
      email: 'qx@search.test',
      name: 'ÄÖ Zürich',
      username: 'wy',
      externalId: 'Ext-7Z',
    });
    for (const q of ['x@', 'QX', 'äö z', 'zÜ', 'wy', '7z', 'ext-7', 't']) {
      expect((await list({ q, plan })).data.map((user) => user.id)).toEqual([id]);
    }
    for (const q of ['testÄ', 'test ä', 'wyext', 'jj', 'wy%']) {
      expect((await list({ q, plan })).data).toEqual([]);
    }
  });

  test('filters by an expression on the usage of this month, for those who may see usage', async () => {
    const { id: plan, slug } = await buildPlan(domain, { requestsPerMonth: 4 });
    const [busy, quiet] = [await buildUser(domain, { plan }), await buildUser(domain, { plan })];
    await ingestUsage(
      domain.db,
      Array.from({ length: 4 }, () =>
        buildUsageRecord({ userId: busy.id, planId: plan, atMs: testNow.getTime() }),
      ),
    );
    const found = async (filter: string, rest: object = {}) =>
      (await list({ plan, filter, sort: 'created_at', order: 'asc', ...rest })).data.map(
        (user) => user.id,
      );
    expect(await found('quota_percent > 80')).toEqual([busy.id]);
    expect(await found(`requests < 4 and plan = "${slug}"`)).toEqual([quiet.id]);
    expect(await found('keys = 0')).toEqual([busy.id, quiet.id]);
    expect(await found('keys = 0', { q: quiet.email.slice(0, -6) })).toEqual([quiet.id]);
    await expect(found('quota > 1')).rejects.toMatchObject({
      code: 'bad_request',
      errors: [{ path: 'filter' }],
    });
    const blind = domain.context(serviceActor('users:read'));
    const input = listUsersInput.parse({ filter: 'requests > 0' });
    await expect(listUsers(blind, input)).rejects.toMatchObject({ code: 'forbidden' });
    const seeing = domain.context(serviceActor('users:read', 'usage:read'));
    await expect(listUsers(seeing, input)).resolves.toBeDefined();
  });

  test('filters by what the metadata holds, by activity and by the time of creation', async () => {
    const { id: plan } = await buildPlan(domain);
    const day = (days: number) => new Date(testNow.getTime() - days * 86_400_000);
    const build = (days: number, metadata: Record<string, string> = {}) =>
      buildUser(domain, { plan, createdAt: day(days), metadata });
    const silent = await build(31, { tier: 'gold', region: 'eu' });
    const newcomer = await build(29, { tier: 'gold' });
    const caller = await build(90, { tier: 'silver' });
    const gone = await build(90);
    const requests = [
      buildUsageRecord({ userId: caller.id, atMs: day(60).getTime() }),
      buildUsageRecord({ userId: caller.id, atMs: day(29).getTime() }),
      buildUsageRecord({ userId: gone.id, atMs: day(31).getTime() }),
    ];
    await ingestUsage(domain.db, requests);
    const found = async (filter: object) =>
      (await list({ plan, sort: 'created_at', ...filter })).data.map(({ id }) => id);
    expect(await found({ inactiveDays: 30 })).toEqual([silent.id, gone.id]);
    expect(await found({ inactiveDays: 28 })).toHaveLength(4);
    expect(await found({ inactiveDays: 60 })).toEqual([]);
    expect(await found({ createdAfter: day(31) })).toEqual([newcomer.id]);
    expect(await found({ createdAfter: day(32) })).toEqual([newcomer.id, silent.id]);
    expect(await found({ metadata: { tier: 'gold' } })).toEqual([newcomer.id, silent.id]);
    expect(await found({ metadata: { tier: 'gold', region: 'eu' } })).toEqual([silent.id]);
    expect(await found({ metadata: { tier: 'Gold' } })).toEqual([]);
    const all = {
      metadata: { tier: 'gold' },
      inactiveDays: 30,
      status: 'active',
      role: 'customer',
    };
    expect(await found(all)).toEqual([silent.id]);
  });

  test('sorts, and goes on where it stopped when users come, go and are renamed meanwhile', async () => {
    const { id: plan } = await buildPlan(domain);
    const names = ['beta', 'Alpha', 'alpha', null, 'Gamma', 'gamma'];
    for (const [at, name] of names.entries()) {
      const createdAt = new Date(testNow.getTime() + at);
      const lastLoginAt = at < 2 ? null : new Date(testNow.getTime() + at * 10);
      const email = `${at}-${newId()}@sort.test`;
      await buildUser(domain, { plan, name, email, createdAt, lastLoginAt });
    }
    const walk = async (
      sort: string,
      order: string | undefined,
      meanwhile?: () => Promise<unknown>,
    ) => {
      const seen: User[] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ plan, sort, order, limit: 2, cursor });
        seen.push(...(page.data as unknown as User[]));
        cursor = page.nextCursor ?? undefined;
        await meanwhile?.();
      } while (cursor !== undefined);
      return seen;
    };
    const namesOf = (users: User[]) => users.map(({ name }) => name?.toLowerCase() ?? null);
    expect(namesOf(await walk('name', undefined))).toEqual([
      null,
      'alpha',
      'alpha',
      'beta',
      'gamma',
      'gamma',
    ]);
    expect(namesOf(await walk('name', 'desc'))).toEqual(
      namesOf(await walk('name', 'asc')).toReversed(),
    );
    const firstLetters = (users: User[]) => users.map(({ email }) => email[0]).join('');
    expect(firstLetters(await walk('email', undefined))).toBe('012345');
    expect(firstLetters(await walk('created_at', undefined))).toEqual('543210');
    expect(firstLetters(await walk('created_at', 'asc'))).toEqual('012345');
    expect(firstLetters(await walk('last_login_at', undefined))).toEqual('543210');
    expect(firstLetters(await walk('last_login_at', 'asc'))).toEqual('012345');
    let renamed = false;
    const before = await walk('email', 'asc', async () => {
      await buildUser(domain, { plan, email: `0-${newId()}@sort.test` });
      if (renamed) return;
      renamed = true;
      await domain.db.query(`delete from users where email like '1-%@sort.test'`);
    });
    expect(firstLetters(before)).toEqual('012345');
    await expect(
      list({ plan, sort: 'name', cursor: (await list({ plan, limit: 1 })).nextCursor }),
    ).rejects.toMatchObject({ code: 'bad_request', errors: [{ path: 'cursor' }] });
  });

  test('takes three statements at most, whatever is asked', async () => {
    const { slug, name } = await buildPlan(domain);
    for (const plan of [slug, name]) {
      const context = as(admin);
      const asked = vi.spyOn(context.em.getConnection(), 'execute');
      const input = { plan, q: 'a', sort: 'name', inactiveDays: 3 };
      await listUsers(context, listUsersInput.parse(input));
      expect(asked.mock.calls.length).toBeGreaterThan(0);
      expect(asked.mock.calls.length).toBeLessThanOrEqual(3);
      asked.mockRestore();
    }
  });

  test('is for staff and scopes that read users', async () => {
    const input = listUsersInput.parse({});
    const customer = await buildUser(domain);
    await expect(listUsers(as(customer), input)).rejects.toMatchObject({ code: 'forbidden' });
    const context = domain.context(serviceActor('usage:read'));
    await expect(listUsers(context, input)).rejects.toMatchObject({ code: 'forbidden' });
    const moderator = await buildUser(domain, { role: 'moderator' });
    await expect(listUsers(as(moderator), input)).resolves.toBeDefined();
  });
});

test('a user cannot be put on a plan that goes at the same moment', async () => {
  const plan = await buildPlan(domain);
  const user = await buildUser(domain);
  const em = domain.orm.em.fork();
  await em.begin();
  await em.execute('delete from plans where id = ?', [plan.id]);
  const moved = updateUser(domain.context(system), { user: user.id, plan: plan.id });
  // Heard from the start, so that a refusal that comes early is not taken for one that nobody expects.
  const outcome = Promise.allSettled([moved]);
  await expect
    .poll(async () => {
      const { rows } = await domain.db.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    })
    .toBe(1);
  await em.commit();
  expect(await outcome).toMatchObject([{ status: 'rejected', reason: { code: 'not_found' } }]);
});
