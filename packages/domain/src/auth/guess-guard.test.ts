import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous } from '../access/actor.ts';
import {
  buildUser,
  openTestDomain,
  testNow,
  testSecrets,
  tokenMailedTo,
  type TestDomain,
} from '../testing/index.ts';
import { setUserPassword } from '../users/set-user-password.ts';
import { PasswordHasher } from './password-hasher.ts';
import { forgotPassword, resetPassword } from './reset-password.ts';
import { signIn } from './sign-in.ts';

const password = 'correct horse battery staple';
let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
});

afterAll(() => domain[Symbol.asyncDispose]());

const from = (ip: string, afterMs = 0) =>
  domain.context(anonymous, {
    now: new Date(testNow.getTime() + afterMs),
    origin: { ip, userAgent: null, requestId: 'guess' },
  });

async function guess(
  email: string,
  word: string,
  ip: string,
  afterMs = 0,
  device: string | null = null,
) {
  try {
    const result = await signIn(
      from(ip, afterMs),
      { email, password: word, cookies: false },
      device,
    );
    return { ok: true as const, ...result };
  } catch (error) {
    return { ok: false as const, error };
  }
}

async function verifiedGuesses(email: string): Promise<number> {
  const { rows } = await domain.db.query<{ n: number }>(
    `select count(*)::int as n from audit_events
     where action = 'auth.sign_in_failed' and target_id = (select id::text from users where email = $1)`,
    [email],
  );
  return rows[0]?.n ?? 0;
}

test('asvs-v5.0.0-6.3.1 from the fifth failure on, even the right password waits, twice as long each time', async () => {
  const user = await buildUser(domain, { password });
  for (let failure = 0; failure < 5; failure += 1) await guess(user.email, 'wrong', '192.0.2.1');
  expect((await guess(user.email, password, '192.0.2.1', 500)).ok).toBe(false);
  expect((await guess(user.email, 'wrong', '192.0.2.1', 1_500)).ok).toBe(false);
  expect((await guess(user.email, password, '192.0.2.1', 3_000)).ok).toBe(false);
  expect((await guess(user.email, password, '192.0.2.1', 4_000)).ok).toBe(true);
});

test('a neighbour network is not held back by the guesses of another', async () => {
  const user = await buildUser(domain, { password });
  for (let failure = 0; failure < 6; failure += 1) await guess(user.email, 'wrong', '192.0.2.1');
  expect((await guess(user.email, password, '198.51.100.1')).ok).toBe(true);
});

test('held back, wrong and unknown say the same', async () => {
  const user = await buildUser(domain, { password });
  const wrong = await guess(user.email, 'wrong', '192.0.2.1');
  for (let failure = 0; failure < 5; failure += 1) await guess(user.email, 'wrong', '192.0.2.1');
  const held = await guess(user.email, password, '192.0.2.1');
  const unknown = await guess('nobody@example.com', password, '192.0.2.1');
  const said = (result: typeof wrong) => (result.ok ? 'in' : String(result.error));
  expect(said(held)).toBe(said(wrong));
  expect(said(unknown)).toBe(said(wrong));
});

test('asvs-v5.0.0-2.4.1 10,000 guesses from 500 addresses within an hour: at most 100 are looked at, and the known device signs in all the while', async () => {
  await domain.openConnections();
  const user = await buildUser(domain, { password });
  const known = await guess(user.email, password, '203.0.113.9');
  if (!known.ok) throw new Error('the owner can sign in before the attack');
  const minuteMs = 60_000;
  const wrong = 'The e-mail address or the password is wrong.';
  // An early guess begins the hour that is counted, so that it ends in the middle of the attack.
  await guess(user.email, 'wrong', '203.0.113.200', 0);
  const { length: addresses } = Array(500);
  const ipOf = (at: number) => `10.${at >> 8}.${at & 255}.1`;
  let guesses = 0;
  let owned = 0;
  for (let round = 0; round < 20; round += 1) {
    const afterMs = (31 + round * 3) * minuteMs;
    // One that has seen nothing yet, because who is held back waits as long as a guess took before.
    const passwords = new PasswordHasher({ cost: 4, pepper: testSecrets.keyPepper });
    let next = 0;
    const attack = async () => {
      while (next < addresses) {
        const ip = ipOf(next);
        next += 1;
        guesses += 1;
        const ctx = { ...from(ip, afterMs), passwords };
        const input = { email: user.email, password: `wrong ${guesses}`, cookies: false };
        await expect(signIn(ctx, input, null)).rejects.toThrow(wrong);
      }
    };
    await Promise.all(Array.from({ length: 20 }, attack));
    const startedAt = performance.now();
    const owner = await guess(user.email, password, ipOf(7), afterMs, known.deviceToken);
    if (owner.ok && performance.now() - startedAt < 2000) owned += 1;
  }
  expect(guesses).toBe(10_000);
  expect(owned).toBe(20);
  const verified = await verifiedGuesses(user.email);
  expect(verified).toBeLessThanOrEqual(100);
  // Both of the counted hours were used up, so the bound was put to the test.
  expect(verified).toBeGreaterThan(90);
  const stranger = await guess(user.email, password, '10.9.9.9', 88 * minuteMs);
  expect(stranger.ok).toBe(false);
}, 240_000);

test('a device token of another account, or an altered one, is nobody’s', async () => {
  const [mine, other] = [
    await buildUser(domain, { password }),
    await buildUser(domain, { password }),
  ];
  const signedIn = await guess(other.email, password, '192.0.2.1');
  if (!signedIn.ok) throw new Error('signing in works');
  for (let at = 0; at < 6; at += 1) await guess(mine.email, 'wrong', '192.0.2.44');
  for (const token of [signedIn.deviceToken, `${signedIn.deviceToken.slice(0, -1)}_`, 'x']) {
    expect((await guess(mine.email, password, '192.0.2.44', 100, token)).ok).toBe(false);
  }
});

test('a reset and an admin lift what guesses have brought about', async () => {
  const user = await buildUser(domain, { password });
  const hold = async () => {
    for (let at = 0; at < 6; at += 1) await guess(user.email, 'wrong', '192.0.2.1');
  };
  await hold();
  await forgotPassword(from('192.0.2.1'), user.email);
  const token = await tokenMailedTo(domain, user.email, 'reset_password');
  const fresh = 'another good passphrase';
  await resetPassword(from('192.0.2.1'), { token, password: fresh });
  expect((await guess(user.email, fresh, '192.0.2.1')).ok).toBe(true);
  await hold();
  await setUserPassword(domain.context({ kind: 'system' }), {
    user: user.id,
    password: 'set-by-admin',
  });
  expect((await guess(user.email, 'set-by-admin', '192.0.2.1')).ok).toBe(true);
});
