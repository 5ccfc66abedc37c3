import { createKeyInput, overlapSecondsMax, rotateKeyInput } from '@apigate/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { listAudit } from '../audit/list-audit.ts';
import { loadKeyHolder } from '../gateway/load-records.ts';
import { refusalOfKey } from '../gateway/checks.ts';
import { newId } from '../ids.ts';
import { actorOf, buildKey, buildUsageRecord, buildUser } from '../testing/factories.ts';
import { mailsTo } from '../testing/outbox.ts';
import { openTestDomain, testNow, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import { ingestUsage } from '../usage/ingest-usage.ts';
import type { User } from '../users/user.ts';
import { digestApiKey } from './api-key-format.ts';
import { createKey } from './create-key.ts';
import { cancelRotation, finishRotation } from './end-rotation.ts';
import { getKey } from './get-key.ts';
import { getRotation } from './get-rotation.ts';
import { Key } from './key.ts';
import { listKeys } from './list-keys.ts';
import { revokeKey } from './revoke-key.ts';
import { rotateKey } from './rotate-key.ts';
import { updateKey } from './update-key.ts';

let domain: TestDomain;
let owner: User;
beforeAll(async () => {
  domain = await openTestDomain();
  owner = await buildUser(domain);
});
afterAll(() => domain[Symbol.asyncDispose]());

const dayMs = 86_400_000;
const at = (ms: number) => new Date(testNow.getTime() + ms);
const as = (user: User, now = testNow) => domain.context(actorOf(user), { now });
const build = async (overrides: Parameters<typeof buildKey>[1] = {}) =>
  (await buildKey(domain, { user: owner.id, ...overrides })).key;
const rotate = (key: string, fields: object = {}, now = testNow) =>
  rotateKey(as(owner, now), rotateKeyInput.parse({ key, ...fields }));

/** What the proxy says of a key at a time. */
async function refusalAt(id: string, now: Date): Promise<string | null> {
  const { digest } = await domain.orm.em.fork().findOneOrFail(Key, { id });
  const holder = await loadKeyHolder(domain.db, digest, '2026-11-01');
  if (holder === null) throw new Error('the proxy does not find the key');
  return refusalOfKey(holder.key, now.getTime());
}

/** Every column of a key, as the database has it. */
async function columnsOf(id: string): Promise<Record<string, unknown>> {
  const { rows } = await domain.db.query<{ row: Record<string, unknown> }>(
    'select to_jsonb(k) as row from keys k where id = $1',
    [id],
  );
  return rows[0]?.row ?? {};
}

describe('rotating a key', () => {
  test('both work until the overlap is over, and then the successor alone', async () => {
    const key = await build();
    const { old, successor } = await rotate(key.id, { overlapSeconds: 60 });
    expect(old).toMatchObject({
      id: key.id,
      status: 'live',
      replacedBy: successor.id,
      graceUntil: at(60_000),
    });
    expect(await refusalAt(key.id, at(59_999))).toBeNull();
    expect(await refusalAt(key.id, at(60_000))).toBe('key_revoked');
    expect(await getKey(as(owner, at(60_000)), { key: key.id })).toMatchObject({
      status: 'replaced',
    });
    expect(await refusalAt(successor.id, at(dayMs * 365))).toBeNull();
    const holder = await loadKeyHolder(
      domain.db,
      digestApiKey(successor.secret, testSecrets.keyPepper),
      '2026-11-01',
    );
    expect(holder?.key.id).toBe(successor.id);
  });

  test('takes a day unless told, and no more than 30', async () => {
    const { old } = await rotate((await build()).id);
    expect(old.graceUntil).toEqual(at(dayMs));
    expect(rotateKeyInput.safeParse({ key: old.id, overlapSeconds: -1 }).success).toBe(false);
    const most = { key: old.id, overlapSeconds: overlapSecondsMax };
    expect(rotateKeyInput.safeParse(most).success).toBe(true);
    expect(
      rotateKeyInput.safeParse({ ...most, overlapSeconds: overlapSecondsMax + 1 }).success,
    ).toBe(false);
    const { old: stopped } = await rotate((await build()).id, { overlapSeconds: 0 });
    expect(await refusalAt(stopped.id, testNow)).toBe('key_revoked');
  });

  /** What is of one secret; every other column, one that is added later too, is a setting. */
  const ofOneSecret = [
    ...['id', 'key_id', 'prefix', 'last_four', 'digest', 'secret_hash', 'last_used_at'],
    ...['revoked_at', 'replaced_by', 'grace_until', 'created_at', 'created_by'],
  ];
  const settings = fc.record({
    name: fc.string({ minLength: 1, maxLength: 100 }).filter((name) => !name.includes('\0')),
    scopes: fc.array(fc.stringMatching(/^[a-z]{1,9}:[a-z]{1,9}$/), { maxLength: 5 }),
    allowedIps: fc.option(fc.array(fc.ipV4(), { minLength: 1, maxLength: 4 })),
    rateLimitPerMinute: fc.option(fc.integer({ min: 1, max: 1e9 })),
    expiresAt: fc.option(fc.date({ min: at(1), max: new Date('9999-01-01'), noInvalidDate: true })),
    enabled: fc.boolean(),
    lastUsedAt: fc.option(fc.constant(testNow)),
  });

  test('the successor takes over every setting, whatever it is', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (fields) => {
        const key = await build(fields);
        const { successor } = await rotate(key.id);
        const before = await columnsOf(key.id);
        const after = await columnsOf(successor.id);
        expect(Object.keys(before).length).toBeGreaterThan(ofOneSecret.length + 5);
        for (const column of Object.keys(before)) {
          if (ofOneSecret.includes(column)) continue;
          expect(after[column], column).toEqual(before[column]);
        }
        expect(after['last_used_at']).toBeNull();
        expect(after['digest']).not.toBe(before['digest']);
      }),
      { numRuns: 15 },
    );
  });

  test('of ten at once one puts a successor in place', async () => {
    const user = await buildUser(domain);
    const key = await build({ user: user.id });
    await domain.openConnections();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => rotateKey(as(user), rotateKeyInput.parse({ key: key.id }))),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(9);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'rotation_under_way' });
    const { data } = await listKeys(as(user), { limit: 10 });
    expect(data).toHaveLength(2);
  });

  test('is refused for what works no more and for what is part of a rotation', async () => {
    const revoked = await build({ revokedAt: testNow });
    await expect(rotate(revoked.id)).rejects.toMatchObject({ code: 'key_revoked' });
    const expired = await build({ expiresAt: testNow });
    await expect(rotate(expired.id)).rejects.toMatchObject({ code: 'key_expired' });
    const { old, successor } = await rotate((await build()).id);
    for (const { id } of [old, successor]) {
      await expect(rotate(id)).rejects.toMatchObject({ code: 'rotation_under_way' });
    }
    await expect(rotate(old.id, {}, at(dayMs))).rejects.toMatchObject({ code: 'key_revoked' });
    await expect(rotate(successor.id, {}, at(dayMs))).resolves.toBeDefined();
  });

  test('needs no room among the hundred keys, and a replaced key takes none', async () => {
    const pending = await buildUser(domain, { status: 'pending' });
    const key = await build({ user: pending.id });
    const { successor } = await rotateKey(as(pending), rotateKeyInput.parse({ key: key.id }));
    const another = (now: Date) =>
      createKey(as(pending, now), createKeyInput.parse({ name: 'another' }));
    await expect(another(testNow)).rejects.toMatchObject({ code: 'key_limit_reached' });
    await expect(another(at(dayMs))).rejects.toMatchObject({ code: 'key_limit_reached' });
    await revokeKey(as(pending, at(dayMs)), { key: successor.id });
    await expect(another(at(dayMs))).resolves.toBeDefined();
  });

  test('is written down without the secret, and told to the owner by mail', async () => {
    const user = await buildUser(domain);
    const key = await build({ user: user.id });
    const { successor } = await rotateKey(as(user), rotateKeyInput.parse({ key: key.id }));
    const { data } = await listAudit(domain.context(system), { target: key.id, limit: 10 });
    expect(data).toMatchObject([{ action: 'keys.rotated', after: { replacedBy: successor.id } }]);
    expect(JSON.stringify(data)).not.toContain(successor.secret);
    const [mail] = await mailsTo(domain, user.email);
    expect(mail).toMatchObject({
      template: 'key_created',
      text: expect.stringContaining(successor.prefix),
    });
    expect(mail?.text).not.toContain(successor.secret);
  });

  test('is for those who may make keys of the owner', async () => {
    const key = await build();
    const stranger = await buildUser(domain);
    const moderator = await buildUser(domain, { role: 'moderator' });
    const admin = await buildUser(domain, { role: 'admin' });
    for (const verb of [cancelRotation, finishRotation, rotateAs]) {
      await expect(verb(as(stranger), { key: key.id })).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(verb(as(moderator), { key: key.id })).rejects.toMatchObject({
        code: 'forbidden',
      });
      await expect(verb(as(admin), { key: newId() })).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(rotateAs(as(admin), { key: key.id })).resolves.toBeDefined();
  });
});

const rotateAs = (ctx: ReturnType<typeof as>, input: { key: string }) =>
  rotateKey(ctx, rotateKeyInput.parse(input));

describe('ending a rotation', () => {
  test.each(['old', 'successor'] as const)(
    'cancelled by its %s key: the successor is revoked and the old one goes on',
    async (named) => {
      const keys = await rotate((await build()).id);
      const cancelled = await cancelRotation(as(owner), { key: keys[named].id });
      expect(cancelled).toMatchObject({
        isUnderWay: false,
        old: { id: keys.old.id, status: 'live', replacedBy: null, graceUntil: null },
        successor: { id: keys.successor.id, status: 'revoked' },
      });
      expect(await refusalAt(keys.old.id, at(dayMs * 9))).toBeNull();
      await expect(rotate(keys.old.id)).resolves.toBeDefined();
    },
  );

  test.each(['old', 'successor'] as const)(
    'finished by its %s key: the old one stops now and for good',
    async (named) => {
      const keys = await rotate((await build()).id);
      const finished = await finishRotation(as(owner, at(5)), { key: keys[named].id });
      expect(finished).toMatchObject({
        isUnderWay: false,
        old: { status: 'replaced', graceUntil: at(5) },
        successor: { status: 'live' },
      });
      expect(await refusalAt(keys.old.id, at(5))).toBe('key_revoked');
      for (const fields of [{ enabled: true }, { name: 'again' }]) {
        await expect(
          updateKey(as(owner, at(5)), { key: keys.old.id, ...fields }),
        ).rejects.toMatchObject({ code: 'key_revoked' });
      }
    },
  );

  test('is refused where none is under way', async () => {
    const lone = (await build()).id;
    const over = (await rotate((await build()).id)).old.id;
    const revoked = (await rotate((await build()).id)).old.id;
    await revokeKey(as(owner), { key: revoked });
    for (const end of [cancelRotation, finishRotation]) {
      const none = { code: 'no_rotation' };
      await expect(end(as(owner), { key: lone })).rejects.toMatchObject(none);
      await expect(end(as(owner, at(dayMs)), { key: over })).rejects.toMatchObject(none);
      await expect(end(as(owner), { key: revoked })).rejects.toMatchObject(none);
    }
  });

  test('cancelling and finishing at once, from either end, leaves one key that works', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { old, successor } = await rotate((await build()).id);
      const results = await Promise.allSettled([
        cancelRotation(as(owner), { key: old.id }),
        finishRotation(as(owner), { key: successor.id }),
        cancelRotation(as(owner), { key: successor.id }),
        finishRotation(as(owner), { key: old.id }),
      ]);
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toHaveLength(3);
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'no_rotation' });
      const works = await Promise.all([old, successor].map(({ id }) => refusalAt(id, at(1))));
      expect(works.filter((refusal) => refusal === null)).toHaveLength(1);
    }
  });
});

describe('who still calls with the old key', () => {
  const call = (key: string, ms: number, overrides: object = {}) =>
    buildUsageRecord({ userId: owner.id, keyId: key, atMs: testNow.getTime() + ms, ...overrides });

  test('is told since the rotation began, by address and program', async () => {
    const key = (await build()).id;
    const hourMs = 3_600_000;
    const begin = hourMs / 2;
    const { successor } = await rotate(key, { overlapSeconds: 7 * 86_400 }, at(begin));
    await ingestUsage(domain.db, [
      call(key, begin - 1),
      call(key, begin, { ip: '198.51.100.1', userAgent: 'old-app/1' }),
      call(key, 2 * hourMs, { ip: '198.51.100.1', userAgent: 'old-app/1' }),
      call(key, 3 * hourMs, { ip: '198.51.100.2', userAgent: 'old-app/1' }),
      call(key, 5 * hourMs, { ip: '198.51.100.2', userAgent: null, status: 429, units: 0 }),
      call(successor.id, 6 * hourMs),
    ]);
    for (const named of [key, successor.id]) {
      const { use, ...rotation } = await getRotation(as(owner, at(dayMs)), { key: named });
      expect(rotation).toMatchObject({
        isUnderWay: true,
        startedAt: at(begin),
        old: { id: key },
        successor: { id: successor.id },
      });
      expect(use).toEqual({
        calls: 4,
        lastCallAt: at(5 * hourMs),
        addresses: 2,
        userAgents: 1,
        callers: [
          { ip: '198.51.100.2', userAgent: null, calls: 1, lastCallAt: at(5 * hourMs) },
          { ip: '198.51.100.2', userAgent: 'old-app/1', calls: 1, lastCallAt: at(3 * hourMs) },
          { ip: '198.51.100.1', userAgent: 'old-app/1', calls: 2, lastCallAt: at(2 * hourMs) },
        ],
      });
    }
  });

  test('is nobody at first, and is no business of others', async () => {
    const { old } = await rotate((await build()).id);
    expect((await getRotation(as(owner), { key: old.id })).use).toEqual({
      calls: 0,
      lastCallAt: null,
      addresses: 0,
      userAgents: 0,
      callers: [],
    });
    const stranger = await buildUser(domain);
    await expect(getRotation(as(stranger), { key: old.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    const lone = (await build()).id;
    await expect(getRotation(as(owner), { key: lone })).rejects.toMatchObject({
      code: 'no_rotation',
    });
  });
});
