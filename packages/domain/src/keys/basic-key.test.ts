import { createKeyInput, rotateKeyInput } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actorOf, buildKey, buildUser } from '../testing/factories.ts';
import { openTestDomain, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import type { User } from '../users/user.ts';
import { digestKeyId, readBasicCredential } from './basic-credential.ts';
import { createKey } from './create-key.ts';
import { getKey } from './get-key.ts';
import { Key } from './key.ts';
import { listKeys } from './list-keys.ts';
import { rotateKey } from './rotate-key.ts';

let domain: TestDomain;
let owner: User;
beforeAll(async () => {
  domain = await openTestDomain();
  owner = await buildUser(domain);
});
afterAll(() => domain[Symbol.asyncDispose]());

const ask = () => domain.context(actorOf(owner));
const create = (keyId: string, keySecret: string, fields: object = {}) =>
  createKey(
    ask(),
    createKeyInput.parse({ name: 'chosen', kind: 'basic', keyId, keySecret, ...fields }),
  );

test('keeps the chosen id, and of the secret a bcrypt hash alone', async () => {
  const { secret, ...key } = await create('api-key-123', 'secret');
  expect(secret).toBe('api-key-123:secret');
  expect(key).toMatchObject({
    kind: 'basic',
    keyId: 'api-key-123',
    prefix: 'api-key-123',
    lastFour: '',
    status: 'live',
  });
  expect(await getKey(ask(), { key: key.id })).toEqual(key);
  const stored = await domain.orm.em.fork().findOneOrFail(Key, { id: key.id });
  expect(stored.secretHash).toMatch(/^\$2[ab]\$/);
  expect(stored.digest).toBe(digestKeyId('api-key-123', testSecrets.keyPepper));
  expect(await domain.passwords.verify('secret', stored.secretHash ?? null)).toBe(true);
  expect(JSON.stringify(key)).not.toContain('$2');
  const found = await listKeys(ask(), { limit: 10, q: 'api-key-123' });
  expect(found.data).toEqual([key]);
});

test('a key id is given once, of ten who ask for it at once', async () => {
  await domain.openConnections();
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => create('wanted', 'secret-1')),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(9);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'key_id_taken' });
});

test.each([
  [{ kind: 'basic', keyId: 'shop' }],
  [{ kind: 'basic', keySecret: 'secret' }],
  [{ kind: 'key', keyId: 'shop', keySecret: 'secret' }],
  [{ keyId: 'shop' }],
  [{ kind: 'basic', keyId: 'shop:1', keySecret: 'secret' }],
  [{ kind: 'basic', keyId: '', keySecret: 'secret' }],
  [{ kind: 'basic', keyId: 'shop', keySecret: 'short' }],
  [{ kind: 'basic', keyId: 'shop', keySecret: 'sécret' }],
])('refuses %j', (fields) => {
  expect(createKeyInput.safeParse({ name: 'x', ...fields }).success).toBe(false);
});

test('is rotated to another key id, and takes over every setting', async () => {
  const { id } = await create('before', 'secret-1', { scopes: ['a:read'] });
  const rotate = (fields: object) => rotateKey(ask(), rotateKeyInput.parse({ key: id, ...fields }));
  await expect(rotate({})).rejects.toMatchObject({
    code: 'bad_request',
    errors: [{ path: 'keyId' }],
  });
  await expect(rotate({ keyId: 'before', keySecret: 'secret-2' })).rejects.toMatchObject({
    code: 'key_id_taken',
  });
  const { successor } = await rotate({ keyId: 'after', keySecret: 'secret-2' });
  expect(successor).toMatchObject({
    kind: 'basic',
    keyId: 'after',
    secret: 'after:secret-2',
    scopes: ['a:read'],
  });
  const { key } = await buildKey(domain, { user: owner.id });
  const plain = rotateKeyInput.parse({ key: key.id, keyId: 'x', keySecret: 'secret-2' });
  await expect(rotateKey(ask(), plain)).rejects.toMatchObject({ code: 'bad_request' });
  expect(rotateKeyInput.safeParse({ key: id, keyId: 'alone' }).success).toBe(false);
});

test.each([
  ['shop:secret', { keyId: 'shop', keySecret: 'secret' }],
  ['shop:se:cret', { keyId: 'shop', keySecret: 'se:cret' }],
  ['shop', null],
  [':secret', null],
  ['shop:', null],
  ['shop:short', null],
  ['sh op:secret', null],
  [`shop:${'x'.repeat(257)}`, null],
])('reads %s as %j', (text, credential) => {
  expect(readBasicCredential(text)).toEqual(credential);
});
