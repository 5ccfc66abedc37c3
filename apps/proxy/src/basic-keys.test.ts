import { digestApiKey, PasswordHasher } from '@apigate/domain/gateway';
import { expect, test } from 'vitest';
import { insertCustomer, insertKey, testPepper } from './testing/records.ts';
import { startGateway, type Gateway } from './testing/start-gateway.ts';
import { waitUntil } from './testing/wait-until.ts';

const hasher = new PasswordHasher({ cost: 4, pepper: testPepper });

async function insertBasicKey(
  gateway: Gateway,
  keyId: string,
  keySecret: string,
): Promise<{ userId: string; keyId: string }> {
  return insertCustomer(gateway.db, {
    key: {
      kind: 'basic',
      key_id: keyId,
      prefix: keyId,
      last_four: '',
      digest: digestApiKey(`${keyId}:`, testPepper),
      secret_hash: await hasher.hash(keySecret),
    },
  });
}

async function ask(gateway: Gateway, headers: Record<string, string>) {
  const res = await fetch(gateway.url, { headers });
  const body: unknown = await res.json();
  return { status: res.status, code: Reflect.get(Object(body), 'code'), body };
}

const basic = (text: string) => ({ authorization: `Basic ${btoa(text)}` });

test('a chosen key id with its secret opens the door, in either header, and reaches no upstream', async () => {
  await using gateway = await startGateway();
  const { userId } = await insertBasicKey(gateway, 'shop', 'the:secret');
  await gateway.heard();
  for (const headers of [basic('shop:the:secret'), { 'x-api-key': 'shop:the:secret' }]) {
    const { status, body } = await ask(gateway, headers);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain(userId);
    expect(JSON.stringify(body)).not.toMatch(/the:secret|authorization|x-api-key/i);
    expect(JSON.stringify(body)).not.toContain(btoa('shop:the:secret'));
  }
});

test('a known credential is hashed once, and asks the database once', async () => {
  await using gateway = await startGateway();
  await insertBasicKey(gateway, 'shop', 'the-secret');
  await gateway.heard();
  await ask(gateway, basic('shop:the-secret'));
  const before = gateway.statements();
  const startedAt = performance.now();
  for (let at = 0; at < 50; at += 1) {
    expect((await ask(gateway, basic('shop:the-secret'))).status).toBe(200);
  }
  expect(gateway.statements() - before).toBeLessThan(10);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a wrong secret and an unknown key id are told the same, and guessing is held back', async () => {
  await using gateway = await startGateway();
  await insertBasicKey(gateway, 'shop', 'the-secret');
  await gateway.heard();
  const problem = async (text: string) => {
    const { body } = await ask(gateway, basic(text));
    return { ...Object(body), request_id: '' };
  };
  const wrong = await problem('shop:wrong-secret');
  expect(wrong).toMatchObject({ status: 401, code: 'invalid_api_key' });
  expect(await problem('nobody:wrong-secret')).toEqual(wrong);
  for (let at = 0; at < 4; at += 1) await ask(gateway, basic(`shop:wrong-${at}`));
  expect(await ask(gateway, basic('shop:the-secret'))).toMatchObject({
    status: 429,
    code: 'rate_limited',
  });
});

test('two different credentials in one request are refused', async () => {
  await using gateway = await startGateway();
  const { userId } = await insertBasicKey(gateway, 'shop', 'the-secret');
  const { secret } = await insertKey(gateway.db, userId);
  await gateway.heard();
  for (const apiKey of [secret, 'shop:other-secret']) {
    const both = { ...basic('shop:the-secret'), 'x-api-key': apiKey };
    expect(await ask(gateway, both)).toMatchObject({ status: 401, code: 'invalid_api_key' });
  }
  const same = { ...basic('shop:the-secret'), 'x-api-key': 'shop:the-secret' };
  expect((await ask(gateway, same)).status).toBe(200);
});

test('a revoked credential stops within 1 s, also while its secret is remembered', async () => {
  await using gateway = await startGateway();
  const { keyId } = await insertBasicKey(gateway, 'shop', 'the-secret');
  await gateway.heard();
  expect((await ask(gateway, basic('shop:the-secret'))).status).toBe(200);
  await gateway.db.query('update keys set revoked_at = now() where id = $1', [keyId]);
  await waitUntil(
    'revoked',
    async () => (await ask(gateway, basic('shop:the-secret'))).code === 'key_revoked',
    1_000,
  );
  // Whoever has not the secret is not told what became of the key.
  expect((await ask(gateway, basic('shop:wrong-secret'))).code).toBe('invalid_api_key');
});

test('a replaced key is refused at its deadline, with nothing said by the database', async () => {
  await using gateway = await startGateway();
  const graceUntil = new Date(Date.now() + 900);
  const { secret } = await insertCustomer(gateway.db, { key: { grace_until: graceUntil } });
  await gateway.heard();
  expect((await ask(gateway, { 'x-api-key': secret })).status).toBe(200);
  const before = gateway.statements();
  let last = await ask(gateway, { 'x-api-key': secret });
  let lastGoodAt = 0;
  await waitUntil('replaced', async () => {
    const askedAt = Date.now();
    last = await ask(gateway, { 'x-api-key': secret });
    if (last.status === 200) lastGoodAt = askedAt;
    return last.status !== 200;
  });
  expect(last).toMatchObject({ status: 401, code: 'key_revoked' });
  expect(JSON.stringify(last.body)).toContain('replaced');
  expect(lastGoodAt).toBeLessThan(graceUntil.getTime());
  expect(Date.now()).toBeGreaterThanOrEqual(graceUntil.getTime());
  expect(gateway.statements() - before).toBeLessThan(60);
});
