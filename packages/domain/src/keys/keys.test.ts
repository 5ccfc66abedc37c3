import { createKeyInput, listKeysInput, updateKeyInput } from '@apigate/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { newId } from '../ids.ts';
import { Setting } from '../settings/setting.ts';
import {
  actorOf,
  buildBasicKey,
  buildKey,
  buildRoute,
  buildUser,
  serviceActor,
} from '../testing/factories.ts';
import { openTestDomain, testNow, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import type { User } from '../users/user.ts';
import { generateApiKey, isWellFormedApiKey } from './api-key-format.ts';
import { createKey } from './create-key.ts';
import { getKey } from './get-key.ts';
import { Key } from './key.ts';
import { listKeys } from './list-keys.ts';
import { listScopes } from './list-scopes.ts';
import { renewServiceKey } from './renew-service-key.ts';
import { revokeKey } from './revoke-key.ts';
import { updateKey } from './update-key.ts';

let domain: TestDomain;
let owner: User;
let other: User;
let moderator: User;
let admin: User;
beforeAll(async () => {
  domain = await openTestDomain();
  owner = await buildUser(domain);
  other = await buildUser(domain);
  moderator = await buildUser(domain, { role: 'moderator' });
  admin = await buildUser(domain, { role: 'admin' });
});
afterAll(() => domain[Symbol.asyncDispose]());

const as = (user: User) => domain.context(actorOf(user));
const create = (user: User, fields: object = {}) =>
  createKey(as(user), createKeyInput.parse({ name: 'a key', ...fields }));
const update = (user: User, fields: object) => updateKey(as(user), updateKeyInput.parse(fields));
const list = (user: User, fields: object = {}) =>
  listKeys(as(user), listKeysInput.parse(fields)).then(({ data }) => data.map(({ id }) => id));

describe('issuing a key', () => {
  test('tells the secret once, and stores its digest alone', async () => {
    const { secret, ...key } = await create(owner, { scopes: ['a:read'], allowedIps: ['::1'] });
    expect(isWellFormedApiKey(secret)).toBe(true);
    expect(key).toMatchObject({
      prefix: secret.slice(0, 7),
      lastFour: secret.slice(-4),
      status: 'live',
      scopes: ['a:read'],
      allowedIps: ['::1'],
    });
    expect(await getKey(as(owner), { key: key.id })).toEqual(key);

    const { rows: tables } = await domain.db.query<{ name: string }>(
      `select table_name as name from information_schema.tables
       where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      for (const part of [secret, secret.slice(3), secret.slice(8, -5)]) {
        const { rows } = await domain.db.query(
          `select 1 from "${name}" t where strpos(t::text, $1) > 0`,
          [part],
        );
        expect(rows, name).toEqual([]);
      }
    }
  });

  test('starts keys with the prefix that is set', async () => {
    const em = domain.orm.em.fork();
    em.create(Setting, { name: 'keys.prefix', value: 'live', updatedAt: testNow });
    await em.flush();
    expect((await create(owner)).secret).toMatch(/^live_[0-9A-Za-z]{38}$/);
    await em.nativeDelete(Setting, {});
  });

  test('refuses an expiry that is not in the future', async () => {
    for (const ms of [-1, 0]) {
      const expiresAt = new Date(testNow.getTime() + ms);
      await expect(create(owner, { expiresAt })).rejects.toMatchObject({
        code: 'bad_request',
        errors: [{ path: 'expiresAt' }],
      });
    }
    const expiresAt = new Date('9999-12-31T23:59:59.999Z');
    const { id } = await create(owner, { expiresAt });
    expect(await getKey(as(owner), { key: id })).toMatchObject({ expiresAt });
  });

  test('gives a pending user one key, of ten asked for at once', async () => {
    const pending = await buildUser(domain, { status: 'pending' });
    await domain.openConnections();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => create(pending)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(9);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'key_limit_reached' });
    const [key] = await list(pending);
    await revokeKey(as(pending), { key: key ?? '' });
    await expect(create(pending)).resolves.toBeDefined();
  });

  test('stops at a hundred keys that are not revoked', async () => {
    const user = await buildUser(domain);
    const { key } = await buildKey(domain, { user: user.id });
    await domain.db.query(
      `insert into keys select (overlay(id::text placing lpad(n::text, 4, '0') from 1 for 4))::uuid, user_id, name,
        kind, prefix, last_four, digest || n, scopes, allowed_ips, rate_limit_per_minute, expires_at, last_used_at,
        enabled, case when n > 99 then now() end, replaced_by, grace_until, created_at, created_by
       from keys, generate_series(1, 120) n where id = $1`,
      [key.id],
    );
    await expect(create(user)).rejects.toMatchObject({ code: 'key_limit_reached' });
    await revokeKey(as(user), { key: key.id });
    await expect(create(user)).resolves.toBeDefined();
  });

  test('is for oneself; for others it takes an admin or the scope', async () => {
    await expect(create(owner, { user: owner.email })).resolves.toBeDefined();
    await expect(create(owner, { user: other.id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(create(moderator, { user: owner.id })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(create(moderator)).resolves.toBeDefined();
    await expect(create(admin, { user: owner.id })).resolves.toMatchObject({
      user: { id: owner.id },
    });
    const service = domain.context(serviceActor('keys:write'));
    const input = createKeyInput.parse({ name: 'x', user: owner.id });
    await expect(createKey(service, input)).resolves.toBeDefined();
    await expect(createKey(service, createKeyInput.parse({ name: 'x' }))).rejects.toMatchObject({
      code: 'bad_request',
    });
    const reader = domain.context(serviceActor('keys:read', 'users:write'));
    await expect(createKey(reader, input)).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('changing and revoking a key', () => {
  test('changes what is given and leaves the rest', async () => {
    const { key } = await buildKey(domain, {
      user: owner.id,
      scopes: ['a'],
      rateLimitPerMinute: 5,
    });
    const before = await getKey(as(owner), { key: key.id });
    const changed = await update(owner, { key: key.id, name: 'renamed', rateLimitPerMinute: -1 });
    expect(changed).toEqual({ ...before, name: 'renamed', rateLimitPerMinute: null });
    expect(await update(owner, { key: key.id, enabled: false })).toMatchObject({
      status: 'disabled',
    });
    expect(await update(owner, { key: key.id, enabled: true })).toMatchObject({ status: 'live' });
    await expect(update(owner, { key: key.id, expiresAt: testNow })).rejects.toMatchObject({
      code: 'bad_request',
    });
  });

  test('revocation is final', async () => {
    const { key } = await buildKey(domain, { user: owner.id });
    const revoked = await revokeKey(as(owner), { key: key.id });
    expect(revoked).toMatchObject({ status: 'revoked', revokedAt: testNow });
    await expect(update(owner, { key: key.id, enabled: true })).rejects.toMatchObject({
      code: 'key_revoked',
    });
    const later = domain.context(system, { now: new Date(testNow.getTime() + 60_000) });
    expect(await revokeKey(later, { key: key.id })).toMatchObject({ revokedAt: testNow });
  });

  test('a change that comes at the same time does not undo it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { key } = await buildKey(domain, { user: owner.id });
      await Promise.allSettled([
        update(owner, { key: key.id, enabled: true, name: 'raced' }),
        revokeKey(as(owner), { key: key.id }),
        update(owner, { key: key.id, scopes: ['b'] }),
      ]);
      expect(await getKey(as(owner), { key: key.id })).toMatchObject({ status: 'revoked' });
    }
  });

  test('is for the owner; moderators revoke those of customers; admins do all', async () => {
    const { key } = await buildKey(domain, { user: owner.id });
    const staffKey = (await buildKey(domain, { user: admin.id })).key;
    const missing = { code: 'not_found' };
    const forbidden = { code: 'forbidden' };
    await expect(getKey(as(other), { key: key.id })).rejects.toMatchObject(missing);
    await expect(update(other, { key: key.id, name: 'x' })).rejects.toMatchObject(missing);
    await expect(revokeKey(as(other), { key: key.id })).rejects.toMatchObject(missing);
    await expect(revokeKey(as(other), { key: newId() })).rejects.toMatchObject(missing);
    await expect(getKey(as(moderator), { key: key.id })).resolves.toBeDefined();
    await expect(update(moderator, { key: key.id, name: 'x' })).rejects.toMatchObject(forbidden);
    await expect(revokeKey(as(moderator), { key: staffKey.id })).rejects.toMatchObject(forbidden);
    await expect(revokeKey(as(moderator), { key: key.id })).resolves.toBeDefined();
    await expect(update(admin, { key: staffKey.id, name: 'x' })).resolves.toBeDefined();
  });
});

describe('listing keys', () => {
  test('shows a customer their own, and staff all or those of one user', async () => {
    const [one, two] = [await buildUser(domain), await buildUser(domain)];
    const ownKey = (await buildKey(domain, { user: one.id })).key.id;
    const otherKey = (await buildKey(domain, { user: two.id })).key.id;
    expect(await list(one)).toEqual([ownKey]);
    expect(await list(one, { user: one.email })).toEqual([ownKey]);
    await expect(list(one, { user: two.id })).rejects.toMatchObject({ code: 'not_found' });
    expect(await list(moderator, { user: two.id })).toEqual([otherKey]);
    expect(await list(admin, { limit: 200 })).toEqual(expect.arrayContaining([ownKey, otherKey]));
    const service = listKeys(domain.context(serviceActor('keys:read')), listKeysInput.parse({}));
    await expect(service).resolves.toBeDefined();
    const blind = listKeys(domain.context(serviceActor('users:read')), listKeysInput.parse({}));
    await expect(blind).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('filters by status, each key in exactly one, as the proxy would see it', async () => {
    const user = await buildUser(domain);
    const past = new Date(testNow.getTime() - 1);
    const future = new Date(testNow.getTime() + 1);
    const build = async (overrides: Parameters<typeof buildKey>[1]) =>
      (await buildKey(domain, { user: user.id, ...overrides })).key.id;
    const expected = {
      live: [await build({}), await build({ expiresAt: future })],
      disabled: [await build({ enabled: false })],
      expired: [
        await build({ expiresAt: testNow }),
        await build({ expiresAt: past, enabled: false }),
      ],
      revoked: [
        await build({ revokedAt: past }),
        await build({ revokedAt: past, expiresAt: past, enabled: false }),
      ],
    };
    for (const [status, ids] of Object.entries(expected)) {
      expect(await list(user, { status }), status).toEqual(ids.toReversed());
      const { key } = { key: ids[0] ?? '' };
      expect(await getKey(as(user), { key })).toMatchObject({ status });
    }
  });

  test('finds a key by its name, its beginning, its end and its whole secret', async () => {
    const user = await buildUser(domain);
    const { key, secret } = await buildKey(domain, { user: user.id, name: 'CI 100%' });
    await buildKey(domain, { user: user.id, name: 'CI 1000' });
    for (const q of ['ci 100%', '%', secret.slice(0, 7), secret.slice(-4), secret, key.prefix]) {
      expect(await list(user, { q }), q).toEqual([key.id]);
    }
    expect(await list(user, { q: 'nothing' })).toEqual([]);
    expect(await list(user, { q: 'CI' })).toHaveLength(2);
  });

  test('of all users at once: by start, end, kind, what expires soon and what is unused', async () => {
    const inDays = (days: number) => new Date(testNow.getTime() + days * 86_400_000);
    const build = async (overrides: Parameters<typeof buildKey>[1]) =>
      (await buildKey(domain, { createdAt: inDays(-400), name: 'of filters', ...overrides })).key;
    const used = await build({ lastUsedAt: inDays(-1), expiresAt: inDays(20) });
    const idle = await build({ lastUsedAt: inDays(-100) });
    const never = await build({ expiresAt: inDays(3) });
    const fresh = await build({ createdAt: inDays(-5) });
    const gone = await build({ expiresAt: inDays(4), revokedAt: inDays(-1) });
    const basic = (await buildBasicKey(domain, { keyId: 'shop_filters' })).key;
    const asAdmin = (fields: object) => list(admin, { limit: 200, ...fields });
    const ids = (...keys: readonly { id: string }[]) => keys.map(({ id }) => id);
    const q = 'of filters';

    expect(await asAdmin({ prefix: used.prefix })).toEqual(ids(used));
    expect(await asAdmin({ prefix: used.prefix.slice(0, -1), lastFour: used.lastFour })).toEqual(
      ids(used),
    );
    expect(await asAdmin({ lastFour: idle.lastFour })).toEqual(ids(idle));
    expect(await asAdmin({ prefix: 'shop_', kind: 'basic' })).toEqual(ids(basic));
    expect(await asAdmin({ q, expiresWithinDays: 7 })).toEqual(ids(never));
    expect(await asAdmin({ q, unusedDays: 90 })).toEqual(ids(never, idle));
    expect(await asAdmin({ q, status: 'live', sort: 'expires_at' })).toEqual(
      ids(never, used, idle, fresh),
    );
    expect(await asAdmin({ q, sort: 'last_used_at' })).toEqual(ids(used, idle, gone, fresh, never));
    expect(await asAdmin({ q, order: 'asc' })).toEqual(ids(used, idle, never, fresh, gone));
    expect(await list(other, { prefix: used.prefix })).toEqual([]);
  });

  test.each(['created_at', 'expires_at', 'last_used_at'] as const)(
    'sorted by %s, goes on where a page ended, keys without a time included',
    async (sort) => {
      const user = await buildUser(domain);
      for (const days of [1, 2, null, 2, null, 3]) {
        const at = days === null ? null : new Date(testNow.getTime() + days * 1000);
        await buildKey(domain, { user: user.id, expiresAt: at, lastUsedAt: at });
      }
      for (const order of ['asc', 'desc'] as const) {
        const whole = await list(user, { sort, order });
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const input = listKeysInput.parse({ sort, order, limit: 2, cursor });
          const page = await listKeys(as(user), input);
          seen.push(...page.data.map(({ id }) => id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        expect(seen).toEqual(whole);
        expect(seen).toHaveLength(6);
      }
    },
  );

  test('takes no whole key for a filter', () => {
    const secret = generateApiKey('ak');
    expect(listKeysInput.safeParse({ prefix: secret }).success).toBe(false);
    expect(listKeysInput.safeParse({ lastFour: secret }).success).toBe(false);
  });

  test('shows every key exactly once over the pages, also when keys come and go meanwhile', async () => {
    const user = await buildUser(domain);
    const made: string[] = [];
    for (let at = 0; at < 9; at += 1) {
      made.push((await buildKey(domain, { user: user.id })).key.id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const input = listKeysInput.parse({ limit: 4, cursor });
      const page = await listKeys(as(user), input);
      expect(page.data.length).toBeLessThanOrEqual(4);
      seen.push(...page.data.map(({ id }) => id));
      await buildKey(domain, { user: user.id });
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(made.toReversed());
  });
});

test('a renewed service key has a new secret, and the old one ends', async () => {
  const renew = () => renewServiceKey(domain.orm.em.fork(), testSecrets, 'cli', ['admin'], testNow);
  const [first, second] = [await renew(), await renew()];
  expect(first).not.toBe(second);
  const { rows } = await domain.db.query('select name, last_four from service_keys');
  expect(rows).toEqual([{ name: 'cli', last_four: second.slice(-4) }]);
  expect(await domain.orm.em.fork().count(Key, { name: 'cli' })).toBe(0);
});

test('the scopes that a key can make use of are those of routes in force that need a key', async () => {
  await buildRoute(domain, { path: '/a', requiredScopes: ['reports:write', 'reports:read'] });
  await buildRoute(domain, { path: '/b', requiredScopes: ['reports:read', 'orders:read'] });
  await buildRoute(domain, { path: '/c', requiredScopes: ['switched:off'], enabled: false });
  await buildRoute(domain, { path: '/d', requiredScopes: ['open:to-all'], authRequired: false });
  expect(await listScopes(as(owner))).toEqual({
    data: ['orders:read', 'reports:read', 'reports:write'],
  });
});
