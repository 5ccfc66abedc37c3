import { bulkUsersInput, type BulkUsersInput } from '@apigate/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { actorOf, buildPlan, buildUser, serviceActor } from '../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { bulkUsers } from './bulk-users.ts';
import { getUser } from './get-user.ts';
import type { User } from './user.ts';

let domain: TestDomain;
let admin: User;
beforeAll(async () => {
  domain = await openTestDomain();
  admin = await buildUser(domain, { role: 'admin' });
});
afterAll(() => domain[Symbol.asyncDispose]());

const as = (user: User) => domain.context(actorOf(user));
const bulk = (caller: User, input: BulkUsersInput) =>
  bulkUsers(as(caller), bulkUsersInput.parse(input));
const skips = ({ users }: Awaited<ReturnType<typeof bulk>>) =>
  users.map(({ skipped }) => skipped?.code ?? 'done');
const statusOf = async ({ id }: User) => (await getUser(as(admin), { user: id })).status;

/** A world of its own for each of two runs: users in every state, told apart by their plan. */
async function buildWorld() {
  const { id: plan } = await buildPlan(domain);
  const build = (overrides: object = {}) => buildUser(domain, { plan, ...overrides });
  const users = [
    await build({ createdAt: new Date(5_000) }),
    await build({ status: 'suspended', createdAt: new Date(4_000) }),
    await build({ status: 'pending', createdAt: new Date(3_000) }),
    await build({ role: 'moderator', createdAt: new Date(2_000) }),
    await build({ role: 'admin', createdAt: new Date(1_000), emailVerifiedAt: new Date(0) }),
  ];
  return { plan, users };
}

describe('many users at once', () => {
  test.each(['suspend', 'restore', 'activate', 'verify', 'change_plan', 'delete'] as const)(
    'a dry run of %s changes nothing and tells what the call itself then does, for an admin and a moderator',
    async (action) => {
      const moderator = await buildUser(domain, { role: 'moderator' });
      const { id: plan } = await buildPlan(domain);
      for (const caller of [admin, moderator]) {
        if (caller === moderator && ['change_plan', 'delete'].includes(action)) continue;
        const world = await buildWorld();
        const where = { plan: world.plan };
        const before = await domain.db.query('select * from users order by id');
        const input: BulkUsersInput = { action, where, ...(action === 'change_plan' && { plan }) };
        const told = await bulk(caller, { ...input, dryRun: true });
        expect((await domain.db.query('select * from users order by id')).rows).toEqual(
          before.rows,
        );
        expect(told.users.map(({ ref }) => ref)).toEqual(world.users.map(({ id }) => id));
        const done = await bulk(caller, input);
        expect({ ...done, dryRun: true }).toEqual(told);
        const again = await bulk(caller, { action, users: world.users.map(({ id }) => id), plan });
        expect(skips(again)).not.toContain('done');
      }
    },
  );

  test('a suspension is undone: each is again what they were, and whoever is not suspended stays', async () => {
    const { plan } = await buildWorld();
    const users = await Promise.all([
      buildUser(domain, { plan }),
      buildUser(domain, { plan, status: 'pending' }),
      buildUser(domain, { plan, status: 'pending' }),
    ]);
    const all = { users: users.map(({ id }) => id) };
    const statuses = () => Promise.all(users.map(statusOf));
    expect(skips(await bulk(admin, { action: 'restore', ...all }))).toEqual(
      users.map(() => 'unchanged'),
    );
    for (const action of ['suspend', 'suspend', 'restore', 'suspend'] as const) {
      await bulk(admin, { action, ...all });
      if (action === 'restore') expect(await statuses()).toEqual(['active', 'pending', 'pending']);
    }
    // What they have become since then counts.
    await bulk(admin, { action: 'verify', users: users.slice(2).map(({ id }) => id) });
    const undone = await bulk(admin, { action: 'restore', ...all });
    expect(undone.done).toBe(3);
    expect(await statuses()).toEqual(['active', 'pending', 'active']);
    const { rows } = await domain.db.query(
      `select after->>'status' as status from audit_events
       where action = 'users.restored' and target_id = $1 order by seq`,
      [users[1].id],
    );
    expect(rows).toEqual([{ status: 'pending' }, { status: 'pending' }]);
  });

  test('each is in the audit log as by the verb for one', async () => {
    const users = [await buildUser(domain), await buildUser(domain)];
    await bulk(admin, { action: 'suspend', users: users.map(({ id }) => id), reason: 'unpaid' });
    const { rows } = await domain.db.query(
      `select target_id, after->>'reason' as reason from audit_events
       where action = 'users.suspended' and target_id = any($1) order by seq`,
      [users.map(({ id }) => id)],
    );
    expect(rows).toEqual(users.map(({ id }) => ({ target_id: id, reason: 'unpaid' })));
  });

  test('oneself, staff of a moderator, those already so and those who are not there are skipped, and the others are not', async () => {
    const moderator = await buildUser(domain, { role: 'moderator' });
    const other = await buildUser(domain);
    const named = await buildUser(domain, { username: 'someone', externalId: 'ext-1' });
    const suspended = await buildUser(domain, { status: 'suspended' });
    const users = [moderator.id, admin.id, 'SomeOne', suspended.id, newId(), 'no one', other.email];
    const told = await bulk(moderator, { action: 'suspend', users });
    expect(skips(told)).toEqual([
      'self_change_refused',
      'forbidden',
      'done',
      'unchanged',
      'not_found',
      'not_found',
      'done',
    ]);
    expect([told.done, told.skipped]).toEqual([2, 5]);
    expect([await statusOf(named), await statusOf(other), await statusOf(admin)]).toEqual([
      'suspended',
      'suspended',
      'active',
    ]);
    expect(skips(await bulk(admin, { action: 'delete', users: [admin.id] }))).toEqual([
      'self_change_refused',
    ]);
  });

  test('the last admin stays, however many are named', async () => {
    const key = domain.context(serviceActor('admin'));
    const { rows } = await domain.db.query<{ id: string }>(
      `select id from users where role = 'admin' and status = 'active'`,
    );
    const another = await buildUser(domain, { role: 'admin' });
    const users = [...rows.map(({ id }) => id), another.id];
    const input = bulkUsersInput.parse({ action: 'suspend', users });
    const told = await bulkUsers(key, { ...input, dryRun: true });
    expect(skips(told)).toEqual([...rows.map(() => 'done'), 'last_admin']);
    const done = await bulkUsers(key, input);
    expect(done.users).toEqual(told.users);
    await bulkUsers(key, { ...input, action: 'activate' });
  });

  test('a service key learns of staff as little as by the verb for one', async () => {
    const writer = domain.context(serviceActor('users:write'));
    const customer = await buildUser(domain);
    const input = bulkUsersInput.parse({ action: 'suspend', users: [admin.id, customer.id] });
    const told = await bulkUsers(writer, input);
    expect(skips(told)).toEqual(['not_found', 'done']);
    expect(told.users[0]?.user).toBeNull();
    await expect(
      bulkUsers(writer, bulkUsersInput.parse({ action: 'suspend', where: {} })),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('is refused to customers, without anybody named, and for more than a call may change', async () => {
    const customer = await buildUser(domain);
    const users = [customer.id];
    await expect(bulk(customer, { action: 'suspend', users })).rejects.toMatchObject({
      code: 'forbidden',
    });
    for (const input of [{}, { users, where: {} }, { users, action: 'change_plan' as const }]) {
      await expect(bulk(admin, { action: 'suspend', ...input })).rejects.toMatchObject({
        code: 'bad_request',
      });
    }
    const { id: plan } = await buildPlan(domain);
    await domain.db.query(
      `insert into users (id, email, plan_id, status, role, metadata, created_at, updated_at)
       select gen_random_uuid(), n || '@many.test', $1, 'active', 'customer', '{}', now(), now()
       from generate_series(1, 1001) n`,
      [plan],
    );
    const where = { plan };
    await expect(bulk(admin, { action: 'suspend', where })).rejects.toMatchObject({
      code: 'bad_request',
      errors: [{ path: 'where' }],
    });
    expect(await bulk(admin, { action: 'suspend', where, dryRun: true })).toMatchObject({
      done: 1001,
    });
  });
});
