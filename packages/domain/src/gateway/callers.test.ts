import { expect, test } from 'vitest';
import type { Queryable } from '../queryable.ts';
import { BasicSecrets } from './basic-secrets.ts';
import { Callers } from './callers.ts';
import { SharedCounters } from './counters/shared-counters.ts';

const noBasicSecrets = new BasicSecrets({ verify: async () => false });
const bounds = { keysMax: 3, unknownKeyTtlMs: 5_000 };

/** A database with one key for each digest; `answer` is called with the digest before it answers. */
function callersOn(
  answer: (digest: string) => Promise<boolean>,
  statusOf: () => string = () => 'active',
): Callers {
  const db: Queryable = {
    async query<Row extends object>(_sql: string, [digest]: unknown[] = []) {
      const name = String(digest);
      await Promise.resolve();
      if (!(await answer(name))) return { rows: [] };
      const status = statusOf();
      const user = { userId: 'user', status, planId: 'plan', metadata: {}, usedUnits: 0 };
      const row = { id: `key-${name}`, scopes: [], allowedIps: null, ...user };
      return { rows: [{ ...row, enabled: true, revoked: false }] as unknown as Row[] };
    },
  };
  return new Callers(db, new SharedCounters(), Buffer.alloc(32), noBasicSecrets, bounds);
}

test('a key that changes while it is read is read again', async () => {
  let reads = 0;
  const callers: Callers = callersOn(async () => {
    reads += 1;
    if (reads === 1) callers.forgetKey('key-a');
    if (reads === 2) callers.forgetUser('user');
    return true;
  });
  await callers.load('a');
  expect(reads).toBe(3);
  expect(callers.find('a', 0)).toMatchObject({ key: { id: 'key-a' } });
});

test('a key that is made while it is looked for in vain is not remembered as unknown', async () => {
  const callers: Callers = callersOn(async () => {
    callers.forgetKey('key-a');
    return false;
  });
  expect(await callers.load('a')).toBeNull();
  expect(callers.find('a', Date.now())).toBeUndefined();
});

test('remembers for 5 s that there is no such key, and until any key changes', async () => {
  const callers = callersOn(async () => false);
  await callers.load('a');
  expect(callers.find('a', Date.now())).toBeNull();
  expect(callers.find('a', Date.now() + 5_001)).toBeUndefined();
  callers.forgetKey('another');
  expect(callers.find('a', Date.now())).toBeUndefined();
});

test('remembers nothing when the database does not answer', async () => {
  const callers = callersOn(() => Promise.reject(new Error('away')));
  await expect(callers.load('a')).rejects.toThrow('away');
  expect(callers.find('a', 0)).toBeUndefined();
  expect(callers.pendingLookups).toBe(0);
});

test('holds no more than it may, and lets go of what is not used', async () => {
  const callers = callersOn(async () => true);
  for (const digest of ['a', 'b', 'c', 'd']) await callers.load(digest);
  expect(callers.size).toBe(3);
  const [first] = ['a', 'b', 'c', 'd'].filter((digest) => callers.find(digest, 0) === undefined);
  expect(first).toBe('a');
  // All three were just asked for; only the next two will be again.
  await callers.load('e');
  expect(callers.size).toBe(3);
});

test('forgets a user with every key', async () => {
  const callers = callersOn(async () => true);
  await callers.load('a');
  await callers.load('b');
  callers.forgetUser('user');
  expect(callers.size).toBe(0);
});

test('keys of one user have one user, and a key read after a change the changed one', async () => {
  let status = 'active';
  const callers = callersOn(
    async () => true,
    () => status,
  );
  const first = await callers.load('a');
  const second = await callers.load('b');
  expect(second?.user).toBe(first?.user);
  status = 'suspended';
  const third = await callers.load('c');
  expect([third?.user.status, first?.user.status]).toEqual(['suspended', 'active']);
});

test('forgets every key of a user that changed, and of a key that changed only that one', async () => {
  const callers = callersOn(async () => true);
  for (const name of ['a', 'b', 'c']) await callers.load(name);
  callers.forgetKey('key-b');
  expect(['a', 'b', 'c'].map((name) => callers.find(name, 0)?.key.id)).toEqual([
    'key-a',
    undefined,
    'key-c',
  ]);
  await callers.load('b');
  callers.forgetKey('key-a');
  callers.forgetUser('user');
  expect(callers.size).toBe(0);
  await callers.load('a');
  callers.forgetUser('user');
  expect(callers.size).toBe(0);
});

test.each<[string, (callers: Callers) => unknown]>([
  ['it changes', (callers) => callers.forgetKey('key-a')],
  ['its user changes', (callers) => callers.forgetUser('user')],
  ['changes may have been missed', (callers) => callers.forgetAll()],
  ['it is read anew', (callers) => callers.load('a')],
  [
    'others take its place',
    async (callers) => {
      for (const digest of ['b', 'c', 'd', 'e', 'f', 'g']) await callers.load(digest);
    },
  ],
])('a key in use is no longer found by its secret once %s', async (_why, change) => {
  const callers = callersOn(async () => true);
  const caller = await callers.load('a');
  if (caller === null) throw new Error('there is such a key');
  callers.keepInUse('secret', caller);
  expect(callers.findInUse('secret')).toBe(caller);
  await change(callers);
  expect(callers.findInUse('secret')).toBeNull();
  callers.keepInUse('secret', caller);
  expect(callers.findInUse('secret'), 'what is forgotten stays so').toBeNull();
});
