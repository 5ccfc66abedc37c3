import { randomBytes, randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Queryable } from '../queryable.ts';
import { BasicSecrets } from './basic-secrets.ts';
import { Callers } from './callers.ts';
import { SharedCounters } from './counters/shared-counters.ts';
import { Snapshot } from './snapshot.ts';
import { collectingLogger } from './metering/testing/spool.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const warmUps = 1_000;
const count = 20_000;

/** A text in one piece, as a database gives it. */
const flat = (text: string): string => Buffer.from(text).toString('latin1');
const newId = (): string => flat(randomUUID());

/** A database in which every digest is a key, and so many keys after each other have the same user. */
function databaseOf(keysPerUser: number): Queryable {
  const planId = newId();
  const limits = { rateLimitPerMinute: 1, burst: null, requestsPerMonth: 1, enforcement: 'hard' };
  const nothing = { allowedIps: null, rateLimitPerMinute: null, expiresAtMs: null };
  let read = 0;
  let userId = '';
  const keyRow = (): object => {
    if (read % keysPerUser === 0) userId = newId();
    read += 1;
    const user = { userId, email: flat(`${userId}@example.com`), status: 'active', planId };
    const more = { metadata: { company: 'Acme' }, usedUnits: 0, enabled: true, revoked: false };
    return {
      ...{ id: newId(), scopes: [], ...nothing, graceUntilMs: null, secretHash: null },
      ...{ ...user, ...more },
    };
  };
  const rowsFor = (sql: string): object[] => {
    if (sql.includes('from keys')) return [keyRow()];
    return sql.includes('from plans') ? [{ id: planId, slug: 'plan', ...limits }] : [];
  };
  return { query: async <Row extends object>(sql: string) => ({ rows: rowsFor(sql) as Row[] }) };
}

test.each([
  { keysPerUser: 10, bytesMax: 600 },
  { keysPerUser: 1, bytesMax: 1_200 },
])('a key in use takes little memory, $keysPerUser a user', async ({ keysPerUser, bytesMax }) => {
  const db = databaseOf(keysPerUser);
  const basicSecrets = new BasicSecrets({ verify: async () => false });
  const bounds = { keysMax: 100_000, unknownKeyTtlMs: 5_000 };
  const callers = new Callers(db, new SharedCounters(), Buffer.alloc(32), basicSecrets, bounds);
  const snapshot = new Snapshot(db, callers, () => undefined, collectingLogger());
  await snapshot.refresh();
  const bytesAfter = async (keys: number): Promise<number> => {
    for (let at = 0; at < keys; at += 1) {
      const caller = await callers.load(randomBytes(32).toString('hex'));
      expect(caller === null ? null : snapshot.termsOf(caller)).not.toBeNull();
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await bytesAfter(warmUps);
  expect(((await bytesAfter(count)) - before) / count).toBeLessThan(bytesMax);
  expect(callers.size).toBe(warmUps + count);
});
