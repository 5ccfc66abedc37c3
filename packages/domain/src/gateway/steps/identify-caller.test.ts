import { expect, test } from 'vitest';
import { generateApiKey } from '../../keys/api-key-format.ts';
import type { Queryable } from '../../queryable.ts';
import { BasicSecrets } from '../basic-secrets.ts';
import { Callers } from '../callers.ts';
import { SharedCounters } from '../counters/shared-counters.ts';
import { Snapshot } from '../snapshot.ts';
import { identifyCaller } from './identify-caller.ts';

const bounds = { databaseSilenceMaxMs: 1_000, keyLookupTimeoutMs: 20, keyLookupsMax: 1 };
const noBasicSecrets = new BasicSecrets({ verify: async () => false });
const unheard = () => undefined;
const silent = { info: unheard, warn: unheard, error: unheard };

function snapshotOn(query: () => Promise<{ rows: never[] }>): Snapshot {
  const db: Queryable = { query };
  const pepper = Buffer.alloc(32);
  const callers = new Callers(db, new SharedCounters(), pepper, noBasicSecrets, {
    keysMax: 9,
    unknownKeyTtlMs: 5_000,
  });
  const snapshot = new Snapshot(db, callers, unheard, silent);
  snapshot.confirm(performance.now());
  return snapshot;
}

function identify(snapshot: Snapshot, nowMs = Date.now()) {
  return identifyCaller(snapshot, generateApiKey('ak'), '192.0.2.1', nowMs, bounds);
}

test('a key that the database does not know is invalid', async () => {
  expect(await identify(snapshotOn(async () => ({ rows: [] })))).toMatchObject({
    code: 'invalid_api_key',
  });
});

test('a database that does not answer in time, or not at all, leaves the proxy unready', async () => {
  const { promise: never } = Promise.withResolvers<{ rows: never[] }>();
  expect(await identify(snapshotOn(() => never))).toMatchObject({ code: 'not_ready' });
  const away = snapshotOn(() => Promise.reject(new Error('away')));
  expect(await identify(away)).toMatchObject({ code: 'not_ready' });
});

test('refuses more look-ups than may wait', async () => {
  const { promise: never } = Promise.withResolvers<{ rows: never[] }>();
  const snapshot = snapshotOn(() => never);
  const first = identify(snapshot);
  expect(identify(snapshot)).toMatchObject({ code: 'overloaded' });
  await first;
});

test('a clock that somebody sets makes no known key unknown', async () => {
  const snapshot = snapshotOn(async () => ({ rows: [] }));
  const inAYear = Date.now() + 365 * 24 * 60 * 60_000;
  expect(await identify(snapshot, inAYear)).toMatchObject({ code: 'invalid_api_key' });
});

test('knows nobody any more once the database was silent for too long', () => {
  const snapshot = snapshotOn(async () => ({ rows: [] }));
  snapshot.confirm(performance.now() - 2_000);
  expect(identify(snapshot)).toMatchObject({ code: 'not_ready' });
});
