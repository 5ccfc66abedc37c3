import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUserInput } from '@apigate/contract';
import { system } from '../access/actor.ts';
import { storeAccessRecords } from '../audit/access-records.ts';
import { changeEmail } from '../auth/change-email.ts';
import { forgotPassword } from '../auth/reset-password.ts';
import { totpOf } from '../auth/second-factor.ts';
import { beginTotp, confirmTotp } from '../auth/totp.ts';
import { newId } from '../ids.ts';
import {
  actorOf,
  buildKey,
  buildPlan,
  buildRoute,
  buildSession,
  buildUsageRecord,
  buildUser,
} from '../testing/factories.ts';
import { openTestDomain, testNow, type TestDomain } from '../testing/test-domain.ts';
import { ingestUsage } from '../usage/ingest-usage.ts';
import { createUser } from './create-user.ts';
import { deleteUser } from './delete-user.ts';
import type { User } from './user.ts';

const password = 'correct horse battery staple';
let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
  await buildPlan(domain, { isDefault: true });
  await domain.openConnections();
});
afterAll(() => domain[Symbol.asyncDispose]());

/** The tables that hold a row in which the text stands anywhere. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await domain.db.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const hits = await domain.db.query(`select 1 from "${name}" t where strpos(t::text, $1) > 0`, [
      text,
    ]);
    if (hits.rows.length > 0) found.push(name);
  }
  return found.toSorted();
}

/** A user with something in every table that can hold something of a user. */
async function buildBusyUser(email: string): Promise<User> {
  const user = await buildUser(domain, { email, password });
  const { key } = await buildKey(domain, { user: user.id });
  const route = await buildRoute(domain);
  const records = Array.from({ length: 5 }, () =>
    buildUsageRecord({ userId: user.id, keyId: key.id, routeId: route.id }),
  );
  await ingestUsage(domain.db, records);
  const ask = () => domain.context(actorOf(user));
  await changeEmail(ask(), { currentPassword: password, newEmail: `${newId()}@example.net` });
  const { secret } = await beginTotp(ask(), { currentPassword: password });
  await confirmTotp(ask(), { code: totpOf(secret, '').generate({ timestamp: testNow.getTime() }) });
  await forgotPassword(ask(), email);
  await buildSession(domain, user);
  await storeAccessRecords(domain.orm.em.fork(), [
    {
      id: newId(),
      timestamp: testNow,
      userId: user.id,
      serviceKey: null,
      method: 'GET',
      endpoint: '/trpc',
      query: 'auth.me',
      statusCode: 200,
      responseTime: 1,
      ip: null,
      requestId: newId(),
    },
  ]);
  return user;
}

test('leaves nothing of the user behind but the note of the change, and nothing of others less', async () => {
  const user = await buildBusyUser('gone@example.com');
  const other = await buildBusyUser('stays@example.com');
  const before = await tablesWith(user.id);
  expect(before).toEqual([
    'access_records',
    'audit_events',
    'email_changes',
    'keys',
    'one_time_tokens',
    'quota_periods',
    'recovery_codes',
    'sessions',
    'usage_activity',
    'usage_days',
    'usage_events',
    'usage_events_20261121',
    'usage_hours',
    'usage_key_periods',
    'users',
  ]);
  const beforeOfOther = await tablesWith(other.id);

  expect(await deleteUser(domain.context(system), { user: 'gone@example.com' })).toEqual({
    id: user.id,
  });
  expect(await tablesWith(user.id)).toEqual(['audit_events', 'change_log']);
  expect(await tablesWith('gone@example.com')).toEqual([]);
  expect(await tablesWith(other.id)).toEqual(beforeOfOther);
});

test('frees the address at once', async () => {
  const { id, email } = await buildBusyUser('again@example.com');
  await deleteUser(domain.context(system), { user: id });
  const again = await createUser(domain.context(system), createUserInput.parse({ email }));
  expect(again.id).not.toBe(id);
});

test('deletes once when asked twice at the same time', async () => {
  const { id } = await buildBusyUser('twice@example.com');
  const results = await Promise.allSettled(
    [1, 2].map(() => deleteUser(domain.context(system), { user: id })),
  );
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'not_found' },
  });
});

test('leaves no usage behind when requests of the user arrive in the middle of it', async () => {
  for (let round = 0; round < 10; round += 1) {
    const user = await buildUser(domain);
    const { key } = await buildKey(domain, { user: user.id });
    const batch = () =>
      ingestUsage(
        domain.db,
        Array.from({ length: 20 }, () => buildUsageRecord({ userId: user.id, keyId: key.id })),
      );
    await Promise.all([
      batch(),
      batch(),
      deleteUser(domain.context(system), { user: user.id }),
      batch(),
      batch(),
    ]);
    expect(await tablesWith(user.id)).toEqual(['audit_events', 'change_log']);
  }
});
