import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCustomer } from './testing/records.ts';
import { startGateway, type Gateway } from './testing/start-gateway.ts';

const keyLookupTimeoutMs = 100;
let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ bounds: { keyLookupTimeoutMs } });
  await gateway.send((await insertCustomer(gateway.db)).secret);
});

afterAll(() => gateway[Symbol.asyncDispose]());

test('a key is found when its answer came while the process stood still, however late it is read', async () => {
  const { secret } = await insertCustomer(gateway.db);
  // Nothing else asks the database now.
  await gateway.events(1);
  const before = gateway.statements();
  const answer = gateway.send(secret);
  while (gateway.statements() === before) await nextTurn();
  await nextTurn();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, keyLookupTimeoutMs * 4);
  expect((await answer).status).toBe(200);
});
