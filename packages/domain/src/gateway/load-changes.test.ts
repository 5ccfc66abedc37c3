import { Client } from 'pg';
import { updateUserInput } from '@apigate/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { signIn } from '../auth/sign-in.ts';
import { revokeKey } from '../keys/revoke-key.ts';
import { Setting } from '../settings/setting.ts';
import { newId } from '../ids.ts';
import {
  buildKey,
  buildPlan,
  buildRoute,
  buildSession,
  buildUsageRecord,
  buildUser,
} from '../testing/factories.ts';
import { openTestDomain, testNow, type TestDomain } from '../testing/test-domain.ts';
import { ingestUsage } from '../usage/ingest-usage.ts';
import { deleteUser } from '../users/delete-user.ts';
import { suspendUser } from '../users/suspend-user.ts';
import { updateUser } from '../users/update-user.ts';
import { verifyUser } from '../users/verify-user.ts';
import { changeChannel, loadChanges, parseChange, type Change } from './load-changes.ts';
import { loadKeyHolder, loadPlans, loadUsers } from './load-records.ts';
import { loadSettings } from './load-settings.ts';

let domain: TestDomain;
let listener: Client;
let heard: Change[] = [];
let mark: string;
let seqBefore: number;
beforeAll(async () => {
  domain = await openTestDomain();
  listener = new Client({ connectionString: domain.url });
  listener.on('notification', ({ payload = '' }) => heard.push(parseChange(payload)));
  await listener.connect();
  await listener.query(`listen ${changeChannel}`);
});
afterAll(async () => {
  await listener.end();
  await domain[Symbol.asyncDispose]();
});

beforeEach(begin);

/** Forgets what was told so far. */
async function begin(): Promise<void> {
  await settle();
  heard = [];
  mark = (await loadChanges(domain.db, null)).mark;
  const { rows } = await domain.db.query<{ seq: number }>(
    'select coalesce(max(seq), 0)::int as seq from change_log',
  );
  seqBefore = rows[0]?.seq ?? 0;
}

/**
 * Changes since the mark, without those that come again: any transaction on the server, of another test file too, may
 * hold the mark back.
 */
async function newChanges(since: string): Promise<{ changes: string[]; mark: string }> {
  const page = await loadChanges(domain.db, since);
  return { mark: page.mark, changes: page.changes.filter(({ seq }) => seq > seqBefore).map(spelt) };
}

/** Notifications come before the answer to whatever the listener asks after they were sent. */
async function settle(): Promise<void> {
  await listener.query('select 1');
}

const spelt = ({ kind, id }: Change) => `${kind}:${id}`;

/** Expects that exactly these changes were told, by notification and by the log alike. */
async function expectTold(...expected: string[]): Promise<void> {
  await settle();
  const { changes } = await newChanges(mark);
  expect([...new Set(heard.map(spelt))].toSorted()).toEqual(expected.toSorted());
  expect([...new Set(changes)].toSorted()).toEqual(expected.toSorted());
}

test('tells each kind of change, whoever makes it', async () => {
  const user = await buildUser(domain);
  const { key } = await buildKey(domain, { user: user.id });
  const route = await buildRoute(domain);
  const upstream = route.upstream.id;
  await expectTold(
    `plan:${user.plan.id}`,
    `key:${key.id}`,
    `upstream:${upstream}`,
    `route:${route.id}`,
  );
  const statements: [string, string, string][] = [
    ['update plans set burst = 7 where id = $1', user.plan.id, 'plan'],
    ['update routes set enabled = false where id = $1', route.id, 'route'],
    ['delete from routes where id = $1', route.id, 'route'],
    [`update upstreams set url = 'http://b.test' where id = $1`, upstream, 'upstream'],
    ['delete from upstreams where id = $1', upstream, 'upstream'],
    ['delete from keys where id = $1', key.id, 'key'],
    [`update users set metadata = '{"a":"b"}' where id = $1`, user.id, 'user'],
    ['delete from users where id = $1', user.id, 'user'],
    ['delete from plans where id = $1', user.plan.id, 'plan'],
    [`insert into settings values ($1, '"live"', now())`, 'keys.prefix', 'setting'],
    [`update settings set value = '"test"' where name = $1`, 'keys.prefix', 'setting'],
    ['delete from settings where name = $1', 'keys.prefix', 'setting'],
  ];
  for (const [statement, id, kind] of statements) {
    await settle();
    heard = [];
    await domain.db.query(statement, [id]);
    await settle();
    expect(heard, statement).toEqual([{ kind, id }]);
  }
});

test('tells what binds a request: suspension, plan, metadata, address, revocation', async () => {
  const plan = await buildPlan(domain);
  const user = await buildUser(domain);
  const { key } = await buildKey(domain, { user: user.id });
  const context = () => domain.context(system);
  const deeds: [() => Promise<unknown>, string][] = [
    [() => suspendUser(context(), { user: user.id }), `user:${user.id}`],
    [() => updateUser(context(), { user: user.id, plan: plan.slug }), `user:${user.id}`],
    [() => updateUser(context(), { user: user.id, metadata: { a: '1' } }), `user:${user.id}`],
    [
      () => updateUser(context(), updateUserInput.parse({ user: user.id, email: 'n@example.com' })),
      `user:${user.id}`,
    ],
    [() => revokeKey(context(), { key: key.id }), `key:${key.id}`],
  ];
  for (const [deed, change] of deeds) {
    await begin();
    await deed();
    await expectTold(change);
  }
});

test('tells of a deleted user and of each of the keys', async () => {
  const user = await buildUser(domain);
  const keys = [
    (await buildKey(domain, { user: user.id })).key.id,
    (await buildKey(domain, { user: user.id })).key.id,
  ];
  await begin();
  await deleteUser(domain.context(system), { user: user.id });
  await expectTold(`user:${user.id}`, ...keys.map((id) => `key:${id}`));
});

test('wakes nobody for what no proxy reads: last use, sign-in, names, sessions, usage', async () => {
  const user = await buildUser(domain, { password: 'a password' });
  const { key } = await buildKey(domain, { user: user.id });
  await begin();
  await ingestUsage(domain.db, [buildUsageRecord({ userId: user.id, keyId: key.id })]);
  const input = { email: user.email, password: 'a password', cookies: false };
  await signIn(domain.context(system), input, null);
  await buildSession(domain, user);
  await updateUser(domain.context(system), { user: user.id, name: 'Another Name' });
  await verifyUser(domain.context(system), { user: user.id });
  await domain.db.query('update keys set last_used_at = now() where id = $1', [key.id]);
  await domain.db.query('update users set last_login_at = now(), failed_logins = 3');
  await expectTold();
});

test('tells nothing of a transaction that was rolled back', async () => {
  const client = await domain.db.connect();
  await client.query('begin');
  await client.query(`insert into settings values ('proxy.forward_email', 'true', now())`);
  await client.query('rollback');
  client.release();
  await expectTold();
});

test('misses no change that is committed late', async () => {
  const late = new Client({ connectionString: domain.url });
  await late.connect();
  await late.query('begin');
  await late.query(`insert into settings values ('late', 'true', now())`);
  await domain.db.query(`insert into settings values ('early', 'true', now())`);
  const first = await newChanges(mark);
  expect(first.changes).toEqual(['setting:early']);
  const second = await newChanges(first.mark);
  expect(second.changes).not.toContain('setting:late');
  await late.query('commit');
  await late.end();
  expect((await newChanges(second.mark)).changes).toContain('setting:late');
  await domain.db.query('delete from settings');
});

test('tells every change with its place in the log, and begins with the present', async () => {
  const plan = await buildPlan(domain);
  for (let burst = 1; burst <= 5; burst += 1) {
    await domain.db.query('update plans set burst = $2 where id = $1', [plan.id, burst]);
  }
  const { changes } = await loadChanges(domain.db, mark);
  const own = changes.filter(({ seq }) => seq > seqBefore);
  expect(own.map(spelt)).toEqual(Array(6).fill(`plan:${plan.id}`));
  expect(new Set(own.map(({ seq }) => seq)).size).toBe(6);
  expect((await loadChanges(domain.db, null)).changes).toEqual([]);
});

test('reads the id of a change that has a colon in it', () => {
  expect(parseChange('setting:a:b')).toEqual({ kind: 'setting', id: 'a:b' });
});

test('loads a key with its user, as the decision needs them', async () => {
  const user = await buildUser(domain, { metadata: { company: 'ACME' }, status: 'pending' });
  const expiresAt = new Date('2027-01-01T00:00:00.123Z');
  const { key } = await buildKey(domain, {
    user: user.id,
    scopes: ['a'],
    allowedIps: ['10.0.0.0/8'],
    rateLimitPerMinute: 1_000_000_000_000,
    expiresAt,
    revokedAt: testNow,
    graceUntil: testNow,
    secretHash: 'a hash',
  });
  await ingestUsage(domain.db, [buildUsageRecord({ userId: user.id, units: 7 })]);
  const record = {
    id: user.id,
    email: user.email,
    status: 'pending',
    planId: user.plan.id,
    metadata: { company: 'ACME' },
  };
  expect(await loadKeyHolder(domain.db, key.digest, '2026-11-01')).toEqual({
    key: {
      id: key.id,
      digest: key.digest,
      scopes: ['a'],
      allowedIps: ['10.0.0.0/8'],
      rateLimitPerMinute: 1_000_000_000_000,
      expiresAtMs: expiresAt.getTime(),
      enabled: true,
      revoked: true,
      graceUntilMs: testNow.getTime(),
      secretHash: 'a hash',
    },
    user: record,
    usedUnits: 7,
  });
  expect(await loadKeyHolder(domain.db, 'no such digest', '2026-11-01')).toBeNull();
  expect(await loadUsers(domain.db, [user.id, newId()], '2026-12-01')).toEqual([
    { user: record, usedUnits: 0 },
  ]);
});

test('loads every plan, disabled ones too, and the settings in force', async () => {
  const plan = await buildPlan(domain, { enabled: false, requestsPerMonth: null, burst: 5 });
  expect(await loadPlans(domain.db)).toContainEqual({
    id: plan.id,
    slug: plan.slug,
    rateLimitPerMinute: 60,
    burst: 5,
    requestsPerMonth: null,
    enforcement: 'hard',
  });
  const em = domain.orm.em.fork();
  em.create(Setting, { name: 'ratelimit.scope', value: 'key', updatedAt: testNow });
  await em.flush();
  expect(await loadSettings(domain.db)).toMatchObject({
    'ratelimit.scope': 'key',
    'keys.prefix': 'ak',
  });
});
