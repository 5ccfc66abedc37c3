import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { actorOf, buildPlan, buildUser } from '../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { deleteUser } from './delete-user.ts';
import { suspendUser } from './suspend-user.ts';
import { updateUser } from './update-user.ts';
import { User } from './user.ts';

let domain: TestDomain;
let plan: string;
beforeAll(async () => {
  domain = await openTestDomain();
  plan = (await buildPlan(domain)).id;
  await domain.openConnections();
});
afterAll(() => domain[Symbol.asyncDispose]());

type Deed = 'demote' | 'suspend' | 'delete';

const deeds: Record<Deed, (actor: User, user: User) => Promise<unknown>> = {
  demote: (actor, user) =>
    updateUser(domain.context(actorOf(actor)), { user: user.id, role: 'customer' }),
  suspend: (actor, user) => suspendUser(domain.context(actorOf(actor)), { user: user.id }),
  delete: (actor, user) => deleteUser(domain.context(actorOf(actor)), { user: user.id }),
};

function activeAdmins(): Promise<number> {
  return domain.orm.em.fork().count(User, { role: 'admin', status: 'active' });
}

async function admins(count: number): Promise<User[]> {
  await domain.db.query('delete from users');
  const made: User[] = [];
  for (let at = 0; at < count; at += 1) made.push(await buildUser(domain, { role: 'admin', plan }));
  return made;
}

test.each<[Deed, Deed]>([
  ['demote', 'demote'],
  ['suspend', 'suspend'],
  ['delete', 'delete'],
  ['demote', 'suspend'],
  ['suspend', 'delete'],
  ['delete', 'demote'],
])('of two admins who %s and %s each other at once, one stays', async (first, second) => {
  for (let round = 0; round < 5; round += 1) {
    const [one, two] = await admins(2);
    if (one === undefined || two === undefined) throw new Error('two admins were asked for');
    const results = await Promise.allSettled([deeds[first](one, two), deeds[second](two, one)]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => Reflect.get(Object(reason), 'code'))).toEqual([
      'last_admin',
    ]);
    expect(await activeAdmins()).toBe(1);
  }
});

test('of many admins removed at once, one stays', async () => {
  const all = await admins(8);
  const order: Deed[] = [
    'demote',
    'suspend',
    'delete',
    'demote',
    'suspend',
    'delete',
    'demote',
    'delete',
  ];
  const results = await Promise.allSettled(
    all.map((user, at) => deeds[order[at] ?? 'delete'](all.at(at - 1) ?? user, user)),
  );
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect(await activeAdmins()).toBe(1);
});

test('the machine itself cannot remove the last admin either', async () => {
  const [last] = await admins(1);
  const user = last?.id ?? '';
  await buildUser(domain, { role: 'admin', status: 'suspended', plan });
  await buildUser(domain, { role: 'admin', status: 'pending', plan });
  const context = () => domain.context(system);
  const refused = { code: 'last_admin' };
  await expect(suspendUser(context(), { user })).rejects.toMatchObject(refused);
  await expect(deleteUser(context(), { user })).rejects.toMatchObject(refused);
  await expect(updateUser(context(), { user, role: 'moderator' })).rejects.toMatchObject(refused);
  await expect(updateUser(context(), { user, role: 'admin', name: 'x' })).resolves.toBeDefined();
});
