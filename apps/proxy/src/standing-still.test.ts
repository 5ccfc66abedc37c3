import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertCustomer } from './testing/records.ts';
import { startGateway, type Gateway } from './testing/start-gateway.ts';

const keyLookupTimeoutMs = 100;
const connectTimeoutMs = 100;
/** More than any of these, and than is between two looks at what has taken too long. */
const stillMs = 300;
let gateway: Gateway;
let known: string;

beforeAll(async () => {
  gateway = await startGateway({
    bounds: { keyLookupTimeoutMs },
    upstream: { connect_timeout_ms: connectTimeoutMs },
  });
  known = (await insertCustomer(gateway.db)).secret;
  // No connection to the upstream is kept.
  gateway.upstream.answer = (_req, res) => res.writeHead(200, { Connection: 'close' }).end();
  await gateway.send(known);
});

afterAll(() => gateway[Symbol.asyncDispose]());

function standStill(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stillMs);
}

test('a key is found when its answer came while the process stood still, however late it is read', async () => {
  const { secret } = await insertCustomer(gateway.db);
  // Nothing else asks the database now.
  await gateway.events(1);
  const before = gateway.statements();
  const answer = gateway.send(secret);
  while (gateway.statements() === before) await nextTurn();
  await nextTurn();
  standStill();
  expect((await answer).status).toBe(200);
});

test('an upstream is reached that took the connection while the process stood still, however late that is read', async () => {
  let isAnswered = false;
  const answer = gateway.send(known).finally(() => (isAnswered = true));
  while (!isAnswered) {
    await nextTurn();
    standStill();
  }
  expect((await answer).status).toBe(200);
});
