import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBasicCredential } from '../../keys/basic-credential.ts';
import { buildBasicKey } from '../../testing/factories.ts';
import { openTestDomain, testSecrets, type TestDomain } from '../../testing/test-domain.ts';
import { BasicSecrets } from '../basic-secrets.ts';
import { Callers } from '../callers.ts';
import { SharedCounters } from '../counters/shared-counters.ts';
import { Refusal } from '../refusal.ts';
import { Snapshot } from '../snapshot.ts';
import { identifyCaller } from './identify-caller.ts';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const bounds = { databaseSilenceMaxMs: 60_000, keyLookupTimeoutMs: 5_000, keyLookupsMax: 9 };
const unheard = () => undefined;
const silent = { info: unheard, warn: unheard, error: unheard };

/** Something that finds callers. @param onHash what happens while a secret is hashed */
async function startIdentifying(
  onHash: (callers: Callers) => Promise<void> = async () => undefined,
) {
  const basicSecrets = new BasicSecrets({
    verify: async (secret, hash) => {
      const isRight = await domain.passwords.verify(secret, hash);
      await onHash(callers);
      return isRight;
    },
  });
  const callers = new Callers(
    domain.db,
    new SharedCounters(),
    testSecrets.keyPepper,
    basicSecrets,
    { keysMax: 9, unknownKeyTtlMs: 5_000 },
  );
  const snapshot = new Snapshot(domain.db, callers, unheard, silent);
  await snapshot.reload();
  snapshot.confirm(performance.now());
  return async (text: string) => {
    const credential = readBasicCredential(text);
    if (credential === null) throw new Error(`${text} is no credential`);
    return identifyCaller(snapshot, credential, '192.0.2.1', Date.now(), bounds);
  };
}

test('finds whose credential it is by both halves of it', async () => {
  const identify = await startIdentifying();
  const { key, secret } = await buildBasicKey(domain, { keyId: 'shop', keySecret: 'the-secret' });
  expect(await identify(secret)).toMatchObject({ key: { id: key.id }, user: { id: key.user.id } });
  for (const wrong of ['shop:the-secreT', 'Shop:the-secret', 'shop:the-secret:']) {
    expect(await identify(wrong), wrong).toMatchObject({ code: 'invalid_api_key' });
  }
});

test('a key that is revoked while its secret is hashed is known as revoked', async () => {
  const { key, secret } = await buildBasicKey(domain);
  const identify = await startIdentifying(async (callers) => {
    await domain.db.query('update keys set revoked_at = now() where id = $1', [key.id]);
    callers.forgetKey(key.id);
  });
  const found = await identify(secret);
  expect(found).not.toBeInstanceOf(Refusal);
  expect(found).toMatchObject({ key: { id: key.id, revoked: true } });
});
