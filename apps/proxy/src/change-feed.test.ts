import { expect, test } from 'vitest';
import { insertCustomer, insertPlan, insertKey, testPepper } from './testing/records.ts';
import { digestApiKey, generateApiKey } from '@apigate/domain/gateway';
import { startRelay, type Relay } from './testing/relay.ts';
import { startGateway, type Gateway, type GatewayOptions } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

const inForceMs = 1_000;

/** A gateway whose way to the database can be cut. */
async function startCuttable(
  options: GatewayOptions = {},
): Promise<Gateway & { relay: Relay; [Symbol.asyncDispose]: () => Promise<void> }> {
  const relays: Relay[] = [];
  const gateway = await startGateway({
    ...options,
    databaseUrlFor: async (url) => {
      const relay = await startRelay(url);
      relays.push(relay);
      return relay.url;
    },
  });
  const [relay] = relays;
  if (relay === undefined) throw new Error('the relay was not started');
  return {
    ...gateway,
    relay,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await relay.close();
    },
  };
}

async function statusOf(gateway: Gateway, secret: string): Promise<number> {
  const res = await gateway.send(secret);
  await res.text();
  return res.status;
}

test.each([
  ['suspending the user', `update users set status = 'suspended' where id = $1`, 'userId', 403],
  ['deleting the user', `delete from users where id = $1`, 'userId', 401],
  ['revoking the key', `update keys set revoked_at = now() where id = $1`, 'keyId', 401],
  ['disabling the key', `update keys set enabled = false where id = $1`, 'keyId', 401],
  ['deleting the key', `delete from keys where id = $1`, 'keyId', 401],
] as const)('%s stops the next request within 1 s', async (_what, sql, subject, status) => {
  await using gateway = await startGateway();
  const customer = await insertCustomer(gateway.db);
  expect(await statusOf(gateway, customer.secret)).toBe(200);
  await gateway.db.query(sql, [customer[subject]]);
  const stopped = async () => (await statusOf(gateway, customer.secret)) === status;
  await waitUntil('the next request is refused', stopped, inForceMs);
});

test('activation, a new limit and another plan are in force within 1 s, and what was used stays used', async () => {
  await using gateway = await startGateway();
  const customer = await insertCustomer(gateway.db, {
    plan: { rate_limit_per_minute: 60, requests_per_month: 100 },
    user: { status: 'suspended' },
  });
  expect(await statusOf(gateway, customer.secret)).toBe(403);
  await gateway.db.query(`update users set status = 'active' where id = $1`, [customer.userId]);
  await waitUntil(
    'active',
    async () => (await statusOf(gateway, customer.secret)) === 200,
    inForceMs,
  );
  const limitIs = async (limit: string) =>
    (await gateway.send(customer.secret)).headers.get('x-quota-limit') === limit;
  await gateway.db.query('update plans set requests_per_month = 70 where id = $1', [
    customer.planId,
  ]);
  await waitUntil('the plan has changed', () => limitIs('70'), inForceMs);
  const other = await insertPlan(gateway.db, { requests_per_month: 80 });
  const before = Number((await gateway.send(customer.secret)).headers.get('x-quota-used'));
  await gateway.db.query('update users set plan_id = $2 where id = $1', [customer.userId, other]);
  await waitUntil('the user has changed plan', () => limitIs('80'), inForceMs);
  const used = Number((await gateway.send(customer.secret)).headers.get('x-quota-used'));
  expect(used).toBeGreaterThan(before);
});

test('a key that was tried too early works as soon as it exists', async () => {
  await using gateway = await startGateway({ bounds: { usageShipMs: 60_000 } });
  const { userId } = await insertCustomer(gateway.db);
  const secret = generateApiKey('ak');
  await gateway.heard();
  expect(await statusOf(gateway, secret)).toBe(401);
  const before = gateway.statements();
  expect(await statusOf(gateway, secret)).toBe(401);
  expect(gateway.statements()).toBe(before);
  await insertKey(gateway.db, userId, { digest: digestApiKey(secret, testPepper) });
  await waitUntil(
    'the key works',
    async () => (await statusOf(gateway, secret)) === 200,
    inForceMs,
  );
});

test('a change whose notification was lost is in force by the next poll', async () => {
  await using gateway = await startGateway({ bounds: { changePollMs: 200 } });
  const { secret, userId } = await insertCustomer(gateway.db);
  await gateway.heard();
  expect(await statusOf(gateway, secret)).toBe(200);
  // The trigger without its notification: what a lost one looks like from here.
  await gateway.db.query('alter table users disable trigger users_changed');
  await gateway.db.query(`update users set status = 'suspended' where id = $1`, [userId]);
  await gateway.db.query(`insert into change_log (kind, id) values ('user', $1)`, [userId]);
  await waitUntil('suspended', async () => (await statusOf(gateway, secret)) === 403, 5_000);
});

test('a change while the connection was lost is in force after reconnecting', async () => {
  await using gateway = await startCuttable();
  const { secret, userId } = await insertCustomer(gateway.db);
  await gateway.heard();
  expect(await statusOf(gateway, secret)).toBe(200);
  await gateway.relay.cut();
  await gateway.db.query(`update users set status = 'suspended' where id = $1`, [userId]);
  expect(await statusOf(gateway, secret)).toBe(200);
  await gateway.relay.mend();
  await waitUntil('suspended', async () => (await statusOf(gateway, secret)) === 403, 5_000);
});

test('with the database away known keys go on, unknown ones are 503, and usage arrives later', async () => {
  await using gateway = await startCuttable();
  const { secret } = await insertCustomer(gateway.db);
  const unseen = await insertCustomer(gateway.db);
  await gateway.heard();
  expect(await statusOf(gateway, secret)).toBe(200);
  await gateway.events(1);
  await gateway.relay.cut();
  for (let at = 0; at < 20; at += 1) expect(await statusOf(gateway, secret)).toBe(200);
  const refused = await gateway.send(unseen.secret);
  expect(await refused.json()).toMatchObject({ status: 503, code: 'not_ready' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  await gateway.relay.mend();
  await waitUntil(
    'the key is looked up',
    async () => (await statusOf(gateway, unseen.secret)) === 200,
  );
  await gateway.events(22);
  expect((await gateway.send(secret)).headers.get('x-quota-used')).toBe('22');
});

test('with the database away a key still ends with its expiry', async () => {
  await using gateway = await startCuttable();
  const expiresAt = new Date(Date.now() + 800);
  const { secret } = await insertCustomer(gateway.db, { key: { expires_at: expiresAt } });
  await gateway.heard();
  expect(await statusOf(gateway, secret)).toBe(200);
  await gateway.relay.cut();
  await waitUntil('expired', async () => (await statusOf(gateway, secret)) === 401);
  expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime());
  await gateway.relay.mend();
});

test('known keys are not served past the longest silence of the database', async () => {
  await using gateway = await startCuttable({
    bounds: { databaseSilenceMaxMs: 500, changePollMs: 50 },
  });
  const { secret } = await insertCustomer(gateway.db);
  await gateway.heard();
  expect(await statusOf(gateway, secret)).toBe(200);
  await gateway.relay.cut();
  await waitUntil('not ready', async () => (await statusOf(gateway, secret)) === 503);
  await gateway.relay.mend();
  await waitUntil('ready again', async () => (await statusOf(gateway, secret)) === 200);
});
