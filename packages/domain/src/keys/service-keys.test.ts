import { serviceScopes } from '@apigate/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { listAudit } from '../audit/list-audit.ts';
import { authenticate } from '../auth/authenticate.ts';
import { newId } from '../ids.ts';
import { actorOf, buildServiceKey, buildUser, serviceActor } from '../testing/factories.ts';
import { openTestDomain, testNow, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import { createServiceKey, listServiceKeys, revokeServiceKey } from './manage-service-keys.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const ask = () => domain.context(system);
const later = new Date(testNow.getTime() + 60_000);

function callerBy(secret: string, now = testNow) {
  return authenticate(domain.orm.em.fork(), testSecrets, secret, now);
}

test('the secret is told once and works until its expiry, with its scopes and no other', async () => {
  const { secret, ...created } = await createServiceKey(ask(), {
    name: 'Shop backend',
    scopes: ['users:read', 'keys:verify'],
    expiresAt: later,
  });
  expect(secret).toMatch(/^sk_[0-9A-Za-z]{38}$/);
  expect(await callerBy(secret)).toEqual({
    kind: 'service',
    id: created.id,
    name: 'Shop backend',
    scopes: ['users:read', 'keys:verify'],
  });
  expect(await callerBy(secret, later)).toBeNull();
  const listed = await listServiceKeys(ask(), { limit: 10 });
  expect(listed.data).toContainEqual(created);
  const { rows } = await domain.db.query('select s::text as row from service_keys s');
  expect(JSON.stringify([rows, listed])).not.toContain(secret);
});

test('revoking ends it at once, for good, and once', async () => {
  const { serviceKey, secret } = await buildServiceKey(domain, ['admin']);
  const revoked = await revokeServiceKey(ask(), { serviceKey: serviceKey.id });
  expect(revoked).toMatchObject({ status: 'revoked', revokedAt: testNow });
  expect(await callerBy(secret)).toBeNull();
  const again = await revokeServiceKey(domain.context(system, { now: later }), {
    serviceKey: serviceKey.id,
  });
  expect(again.revokedAt).toEqual(testNow);
  const { data } = await listAudit(ask(), { target: serviceKey.id, limit: 10 });
  expect(data.map(({ action }) => action)).toEqual(['service_keys.revoked']);
});

test('making one is recorded with its scopes and without its secret', async () => {
  const { id, secret } = await createServiceKey(ask(), {
    name: 'recorded',
    scopes: ['users:read'],
    expiresAt: null,
  });
  const { data } = await listAudit(ask(), { target: id, limit: 10 });
  expect(data).toMatchObject([
    {
      action: 'service_keys.created',
      service: 'ServiceKeysService',
      target: { kind: 'service_key', id, label: 'recorded' },
      after: { scopes: ['users:read'] },
    },
  ]);
  expect(JSON.stringify(data)).not.toContain(secret);
});

test('a name is taken once, an expiry lies ahead, and what is unknown is not found', async () => {
  const input = { name: 'once', scopes: ['users:read' as const], expiresAt: null };
  await createServiceKey(ask(), input);
  await expect(createServiceKey(ask(), input)).rejects.toMatchObject({ code: 'name_taken' });
  await expect(
    createServiceKey(ask(), { ...input, name: 'late', expiresAt: testNow }),
  ).rejects.toMatchObject({ code: 'bad_request' });
  await expect(revokeServiceKey(ask(), { serviceKey: newId() })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('admins alone, and service keys with admin, have a say over service keys', async () => {
  const customer = actorOf(await buildUser(domain));
  const moderator = actorOf(await buildUser(domain, { role: 'moderator' }));
  const limited = serviceActor(...serviceScopes.filter((scope) => scope !== 'admin'));
  const input = { name: 'x', scopes: ['admin' as const], expiresAt: null };
  for (const actor of [customer, moderator, limited]) {
    const ctx = () => domain.context(actor);
    const tries = [
      listServiceKeys(ctx(), { limit: 1 }),
      createServiceKey(ctx(), input),
      revokeServiceKey(ctx(), { serviceKey: newId() }),
    ];
    for (const tried of tries) await expect(tried).rejects.toMatchObject({ code: 'forbidden' });
  }
  const admin = actorOf(await buildUser(domain, { role: 'admin' }));
  expect(await createServiceKey(domain.context(admin), input)).toMatchObject({ name: 'x' });
});
