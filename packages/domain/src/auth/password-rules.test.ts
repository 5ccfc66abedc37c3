import { registerInput, setupInput } from '@apigate/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anonymous, system } from '../access/actor.ts';
import { acceptInvite } from '../invites/accept-invite.ts';
import { setSetting } from '../settings/manage-settings.ts';
import { completeSetup, issueSetupToken } from '../setup/setup.ts';
import {
  actorOf,
  buildInvite,
  buildLink,
  buildPlan,
  buildUser,
  openTestDomain,
  testNow,
  testSecrets,
  type TestDomain,
} from '../testing/index.ts';
import { changePassword } from './change-password.ts';
import { newLinkToken } from './one-time-tokens.ts';
import { PasswordHasher } from './password-hasher.ts';
import { newRefreshToken } from './refresh-token.ts';
import { register } from './register.ts';
import { resetPassword } from './reset-password.ts';
import { totpOf } from './second-factor.ts';
import { signIn } from './sign-in.ts';
import { beginTotp, confirmTotp } from './totp.ts';

const good = 'harbour quilt juniper walnut';
let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

const asNobody = () => domain.context(anonymous, { now: new Date() });

test('asvs-v5.0.0-6.3.2 a new installation has no account and no service key', async () => {
  const { rows } = await domain.db.query(
    'select id from users union all select id from service_keys union all select id from keys',
  );
  expect(rows).toEqual([]);
  await buildPlan(domain, { isDefault: true });
});

describe('asvs-v5.0.0-6.3.4 every way to set a password', () => {
  /** Each way that leads to a password of one’s own choice. The setup comes first, while there is no admin. */
  const ways: Record<string, (password: string) => Promise<unknown>> = {
    'the setup': async (password) => {
      const token = (await issueSetupToken(domain.context(system, { now: new Date() }))) ?? '';
      const input = setupInput.parse({ token, email: 'first@example.com', password });
      return completeSetup(asNobody(), input);
    },
    registering: (password) =>
      register(asNobody(), registerInput.parse({ email: 'jane.holloway@example.com', password })),
    'the reset': async (password) => {
      const user = await buildUser(domain);
      const token = await buildLink(domain, 'reset_password', user);
      return resetPassword(asNobody(), { token, password });
    },
    'an invitation': async (password) => {
      const { token } = await buildInvite(domain);
      return acceptInvite(asNobody(), { token, password, cookies: false });
    },
    'the change': async (password) => {
      const user = await buildUser(domain, { password: good });
      const input = { currentPassword: good, newPassword: password };
      return changePassword(domain.context(actorOf(user)), input);
    },
  };

  test.each(Object.keys(ways))(
    'asvs-v5.0.0-6.2.4 %s refuses what is short, common or guessed first',
    async (way) => {
      for (const weak of [
        'xK9#qLv',
        'password',
        'password1',
        '12345678',
        'qwertyuiop',
        'P@ssw0rd',
        'letmein123',
        'iloveyou1',
      ]) {
        await expect(ways[way]?.(weak), weak).rejects.toMatchObject({ code: 'bad_request' });
      }
      await expect(ways[way]?.(`${way} ${good}`)).resolves.toBeTruthy();
    },
  );
});

test('asvs-v5.0.0-6.2.11 one’s own address and name are no password', async () => {
  for (const password of [
    'holloway',
    'jane.holloway',
    'JaneHolloway1',
    'Holloway-Jane!',
    'jane.holloway2@example.com',
  ]) {
    const input = { email: 'jane.holloway2@example.com', name: 'Jane Holloway', password };
    await expect(register(asNobody(), registerInput.parse(input)), password).rejects.toMatchObject({
      code: 'bad_request',
    });
  }
});

test('asvs-v5.0.0-6.2.8 asvs-v5.0.0-6.2.9 a password is taken whole: to 128 characters, with its spaces, case and signs', async () => {
  const long = `${good} ${'z'.repeat(50)} Größe 🔑 `.padEnd(128, 'y');
  expect([...long].length).toBeGreaterThanOrEqual(127);
  const user = await buildUser(domain, { password: long });
  const enter = (password: string) =>
    signIn(asNobody(), { email: user.email, password, cookies: false }, null);
  await expect(enter(long)).resolves.toBeTruthy();
  for (const other of [long.slice(0, -1), long.slice(0, 72), `${long}y`, long.toUpperCase()]) {
    await expect(enter(other)).rejects.toMatchObject({ code: 'invalid_credentials' });
  }
});

test('asvs-v5.0.0-6.2.2 asvs-v5.0.0-6.2.3 a password is changed by who knows the one before, and by nobody else', async () => {
  const user = await buildUser(domain, { password: good });
  const change = (currentPassword: string) =>
    changePassword(domain.context(actorOf(user)), {
      currentPassword,
      newPassword: 'meadow lantern orbit thicket',
    });
  await expect(change('wrong')).rejects.toMatchObject({ code: 'invalid_credentials' });
  await expect(change(good)).resolves.toEqual({ ok: true });
  await expect(change(good)).rejects.toMatchObject({ code: 'invalid_credentials' });
});

test('asvs-v5.0.0-6.2.10 a password goes on for as long as its owner likes', async () => {
  const user = await buildUser(domain, { password: good });
  const input = { email: user.email, password: good, cookies: false };
  const now = new Date(testNow.getTime() + 5 * 365 * 86_400_000);
  await expect(signIn(domain.context(anonymous, { now }), input, null)).resolves.toBeTruthy();
});

test('asvs-v5.0.0-6.2.1 the least length is a setting, never less than eight', async () => {
  const set = (value: number) =>
    setSetting(domain.context(system), { name: 'password.min_length', value });
  await expect(set(7)).rejects.toMatchObject({ code: 'bad_request' });
  await set(30);
  const input = registerInput.parse({ email: 'short@example.com', password: good });
  await expect(register(asNobody(), input)).rejects.toMatchObject({ code: 'bad_request' });
  await set(8);
});

test('asvs-v5.0.0-11.4.2 what is stored is bcrypt at the cost asked for, with a salt of its own', async () => {
  const passwords = new PasswordHasher({ cost: 10, pepper: testSecrets.keyPepper });
  const hashes = await Promise.all([passwords.hash(good), passwords.hash(good)]);
  for (const hash of hashes) expect(hash).toMatch(/^\$2b\$10\$[./\w]{53}$/);
  expect(hashes[0]).not.toBe(hashes[1]);
});

test('asvs-v5.0.0-7.2.3 asvs-v5.0.0-11.5.1 tokens hold 256 random bits, none of them twice', () => {
  const tokens = Array.from({ length: 2000 }, () => [
    newRefreshToken(testSecrets, 'x').split('.')[1] ?? '',
    newLinkToken().token,
  ]).flat();
  expect(new Set(tokens).size).toBe(tokens.length);
  for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  // Each bit is set about half the time.
  const ones = Array<number>(256).fill(0);
  for (const token of tokens) {
    const bytes = Buffer.from(token, 'base64url');
    ones.forEach((count, bit) => (ones[bit] = count + (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1)));
  }
  for (const count of ones) expect(Math.abs(count / tokens.length - 0.5)).toBeLessThan(0.1);
});

test('asvs-v5.0.0-6.4.3 a reset does not get around the second factor', async () => {
  const user = await buildUser(domain, { password: good });
  const { secret } = await beginTotp(domain.context(actorOf(user)), { currentPassword: good });
  const code = totpOf(secret, '').generate({ timestamp: testNow.getTime() });
  await confirmTotp(domain.context(actorOf(user)), { code });
  const fresh = 'meadow lantern orbit thicket';
  const token = await buildLink(domain, 'reset_password', user);
  await resetPassword(asNobody(), { token, password: fresh });
  const input = { email: user.email, password: fresh, cookies: false };
  await expect(signIn(asNobody(), input, null)).rejects.toMatchObject({
    code: 'second_factor_required',
  });
});
