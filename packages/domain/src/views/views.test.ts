import { createViewInput, updateViewInput } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actorOf, buildUser } from '../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { deleteUser } from '../users/delete-user.ts';
import type { User } from '../users/user.ts';
import { listViews } from './list-views.ts';
import { createView, deleteView, updateView } from './manage-views.ts';

let domain: TestDomain;
let admin: User;
let moderator: User;
beforeAll(async () => {
  domain = await openTestDomain();
  admin = await buildUser(domain, { role: 'admin' });
  moderator = await buildUser(domain, { role: 'moderator' });
});
afterAll(() => domain[Symbol.asyncDispose]());

const as = (user: User) => domain.context(actorOf(user));
const save = (user: User, name: string, fields: object = {}) =>
  createView(
    as(user),
    createViewInput.parse({ list: 'users', search: 'plan=pro', name, ...fields }),
  );
const change = (user: User, view: string, fields: object) =>
  updateView(as(user), updateViewInput.parse({ view, ...fields }));
const namesFor = async (user: User, list = 'users') =>
  (await listViews(as(user), { list })).data.map(
    ({ name, shared }) => `${name}${shared ? '*' : ''}`,
  );

test('one sees what is shared and one’s own, of this list, and nobody else’s', async () => {
  await save(admin, 'unpaid', { shared: true });
  await save(admin, 'mine');
  await save(admin, 'of keys', { list: 'keys' });
  await save(moderator, 'also mine');
  expect(await namesFor(admin)).toEqual(['mine', 'unpaid*']);
  expect(await namesFor(moderator)).toEqual(['also mine', 'unpaid*']);
  expect(await namesFor(admin, 'keys')).toEqual(['of keys']);
});

test('moderators change their own and share nothing; to admins the own views of others are not there', async () => {
  const shared = await save(admin, 'shared one', { shared: true });
  const own = await save(moderator, 'own one');
  for (const attempt of [
    () => save(moderator, 'to share', { shared: true }),
    () => change(moderator, shared.id, { name: 'x' }),
    () => change(moderator, own.id, { shared: true }),
    () => deleteView(as(moderator), { view: shared.id }),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
  }
  for (const attempt of [
    () => change(admin, own.id, { name: 'x' }),
    () => deleteView(as(admin), { view: own.id }),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(await change(moderator, own.id, { name: 'renamed', search: 'q=1' })).toMatchObject({
    name: 'renamed',
    search: 'q=1',
    shared: false,
  });
  const another = await buildUser(domain, { role: 'admin' });
  expect(await change(another, shared.id, { name: 'better' })).toMatchObject({ shared: true });
  await deleteView(as(another), { view: shared.id });
  expect(await namesFor(admin)).not.toContain('better*');
});

test('a name is there once among one’s own and once among the shared, whatever its case', async () => {
  await save(admin, 'Twice');
  await save(moderator, 'twice');
  const shared = await save(admin, 'TWICE', { shared: true });
  await expect(save(admin, 'tWice')).rejects.toMatchObject({ code: 'name_taken' });
  await expect(save(admin, 'twice', { shared: true })).rejects.toMatchObject({
    code: 'name_taken',
  });
  await expect(change(admin, shared.id, { shared: false })).rejects.toMatchObject({
    code: 'name_taken',
  });
});

test('with a person go their own views, and the shared ones stay', async () => {
  const leaver = await buildUser(domain, { role: 'admin' });
  await save(leaver, 'left behind', { shared: true });
  await save(leaver, 'gone');
  await deleteUser(as(admin), { user: leaver.id });
  expect(await namesFor(admin)).toContain('left behind*');
  const { rows } = await domain.db.query(`select from views where name = 'gone'`);
  expect(rows).toHaveLength(0);
});

test('nobody keeps more than a hundred', async () => {
  const keen = await buildUser(domain, { role: 'moderator' });
  await domain.db.query(
    `insert into views (id, list, name, search, owner_id, created_at, updated_at)
     select gen_random_uuid(), 'users', n::text, '', $1, now(), now() from generate_series(1, 100) n`,
    [keen.id],
  );
  await expect(save(keen, 'one more')).rejects.toMatchObject({ code: 'bad_request' });
});
