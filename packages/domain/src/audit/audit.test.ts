import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous, system } from '../access/actor.ts';
import { signIn } from '../auth/sign-in.ts';
import { createKey } from '../keys/create-key.ts';
import { createUpstream } from '../routing/create-upstream.ts';
import { setSetting } from '../settings/manage-settings.ts';
import { actorOf, buildUser, openTestDomain, type TestDomain } from '../testing/index.ts';
import { deleteUser } from '../users/delete-user.ts';
import { suspendUser } from '../users/suspend-user.ts';
import { updateUser } from '../users/update-user.ts';
import { listAccessRecords, storeAccessRecords } from './access-records.ts';
import { listAudit } from './list-audit.ts';
import { recordAudit } from './record-audit.ts';
import { verifyAudit } from './verify-audit.ts';
import { newId } from '../ids.ts';

let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
});

afterAll(() => domain[Symbol.asyncDispose]());

const list = (user?: string) =>
  listAudit(domain.context(system), { limit: 200, ...(user === undefined ? {} : { user }) });
const verify = () => verifyAudit(domain.context(system));

test('asvs-v5.0.0-16.2.1 a change is recorded with who, what, before, after and from where', async () => {
  const admin = await buildUser(domain, { role: 'admin' });
  const user = await buildUser(domain, { name: 'Before' });
  await updateUser(domain.context(actorOf(admin)), { user: user.id, name: 'After' });
  const [event] = (await list(user.id)).data;
  expect(event).toMatchObject({
    action: 'users.updated',
    level: 'INFO',
    service: 'UsersService',
    message: `User updated: ${user.id}`,
    actor: { kind: 'user', id: admin.id, label: admin.email },
    target: { kind: 'user', id: user.id, label: user.email },
    before: { name: 'Before' },
    after: { name: 'After' },
    ip: '203.0.113.7',
    requestId: 'a-request',
  });
});

test('asvs-v5.0.0-16.3.1 sign-ins and failed ones are recorded', async () => {
  const user = await buildUser(domain, { password: 'right password' });
  const attempt = (password: string) =>
    signIn(domain.context(anonymous), { email: user.email, password, cookies: false }, null);
  await expect(attempt('wrong')).rejects.toThrow();
  await attempt('right password');
  const messages = (await list(user.id)).data.map(({ message, level }) => `${level} ${message}`);
  expect(messages).toEqual([
    `INFO User login: ${user.email}`,
    `WARN User login failed: ${user.email}`,
  ]);
});

test('asvs-v5.0.0-2.3.3 a change that fails leaves no record, and a record that fails leaves no change', async () => {
  const before = (await verify()).events;
  const admin = await buildUser(domain, { role: 'admin' });
  const [user, other] = [await buildUser(domain), await buildUser(domain)];
  await expect(
    updateUser(domain.context(actorOf(admin)), { user: user.id, email: other.email }),
  ).rejects.toMatchObject({ code: 'email_taken' });
  expect((await verify()).events).toBe(before);
});

test('asvs-v5.0.0-16.2.5 secrets are in no record', async () => {
  const user = await buildUser(domain);
  const { secret } = await createKey(domain.context(actorOf(user)), {
    name: 'k',
    kind: 'key',
    scopes: [],
    allowedIps: null,
    rateLimitPerMinute: null,
    expiresAt: null,
  });
  await createUpstream(domain.context(system), {
    name: 'secretive',
    url: 'http://upstream.test',
    connectTimeoutMs: 1000,
    responseTimeoutMs: 1000,
    idleTimeoutMs: 1000,
    connectionsMax: 1,
    authHeader: { name: 'Authorization', value: 'Bearer upstream-secret' },
  });
  await setSetting(domain.context(system), {
    name: 'mail.smtp_url',
    value: 'smtp://user:smtp-secret@mail.test',
  });
  const { rows } = await domain.db.query('select a::text as row from audit_events a');
  const all = JSON.stringify(rows);
  for (const hidden of [secret, 'upstream-secret', 'smtp-secret'])
    expect(all).not.toContain(hidden);
});

test('asvs-v5.0.0-16.4.2 forty parallel deeds make one unbroken chain', async () => {
  const before = (await verify()).events;
  await Promise.all(
    Array.from({ length: 40 }, () => {
      const ctx = domain.context(system);
      return ctx.em.transactional((em) => recordAudit(ctx, em, { action: 'setup.completed' }));
    }),
  );
  expect(await verify()).toEqual({ intact: true, events: before + 40, brokenAt: null });
});

test('deleting a user takes every address of theirs out of the log, and the chain holds', async () => {
  const user = await buildUser(domain, { email: 'forget.me.too@example.com' });
  await updateUser(domain.context(system), { user: user.id, email: 'forget.me@example.com' });
  await suspendUser(domain.context(system), { user: user.id });
  await deleteUser(domain.context(system), { user: user.id });
  const { rows } = await domain.db.query('select a::text as row from audit_events a');
  expect(JSON.stringify(rows)).not.toContain('forget.me');
  const { data } = await listAudit(domain.context(system), { limit: 10, target: user.id });
  expect(data.map(({ action }) => action)).toEqual([
    'users.deleted',
    'users.suspended',
    'users.updated',
  ]);
  expect(data[0]?.target?.label).toMatch(/^#[\w-]{22}$/);
  expect((await verify()).intact).toBe(true);
});

test.each([
  ['altered', `update audit_events set ip = '192.0.2.66' where seq = 3`, 3],
  ['given another actor', `update audit_events set actor_id = 'x' where seq = 3`, 3],
  ['removed', 'delete from audit_events where seq = 3', 3],
  [
    'cut off at the end',
    'delete from audit_events where seq = (select max(seq) from audit_events)',
    null,
  ],
  [
    'cut off at the end, with the end set back',
    `with cut as (delete from audit_events where seq = (select max(seq) from audit_events) returning seq)
    update audit_head set (seq, hash) = (select seq, hash from audit_events
      where seq = (select seq - 1 from cut))`,
    null,
  ],
  [
    'renamed',
    `update audit_events set personal = jsonb_build_object(
      (select k from jsonb_object_keys(personal) k limit 1), 'somebody.else@example.com')
    where seq = (select min(seq) from audit_events where personal <> '{}')`,
    null,
  ],
])('asvs-v5.0.0-16.4.2 an event that was %s is found', async (_, statement, seq) => {
  const client = await domain.db.connect();
  try {
    // The chain is looked at from within the transaction that tampers, which is then undone.
    await domain.db.query('create table if not exists audit_backup as table audit_events');
    await domain.db.query('create table if not exists head_backup as table audit_head');
    await client.query(statement);
    const verdict = await verify();
    expect(verdict.intact).toBe(false);
    if (seq !== null) expect(verdict.brokenAt?.seq).toBe(seq);
  } finally {
    await client.query('delete from audit_events');
    await client.query('insert into audit_events select * from audit_backup');
    await client.query('update audit_head set (seq, hash) = (select seq, hash from head_backup)');
    client.release();
  }
  expect((await verify()).intact).toBe(true);
});

test('records of access go with the user, and those of strangers stay', async () => {
  const user = await buildUser(domain);
  const record = (userId: string | null) => ({
    id: newId(),
    timestamp: new Date(),
    userId,
    serviceKey: null,
    method: 'POST',
    endpoint: '/graphql',
    query: 'users',
    statusCode: 200,
    responseTime: 25,
    ip: null,
    requestId: 'r',
  });
  await storeAccessRecords(domain.orm.em.fork(), [record(user.id), record(null), record(newId())]);
  const ctx = () => domain.context(system);
  expect((await listAccessRecords(ctx(), { limit: 10 })).data).toHaveLength(2);
  await deleteUser(ctx(), { user: user.id });
  expect((await listAccessRecords(ctx(), { limit: 10 })).data).toHaveLength(1);
});

test('who may not read the log cannot', async () => {
  for (const role of ['customer', 'moderator'] as const) {
    const user = await buildUser(domain, { role });
    const ctx = () => domain.context(actorOf(user));
    await expect(listAudit(ctx(), { limit: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(verifyAudit(ctx())).rejects.toMatchObject({ code: 'forbidden' });
  }
});
