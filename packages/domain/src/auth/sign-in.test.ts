import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous, system } from '../access/actor.ts';
import { buildUser } from '../testing/factories.ts';
import { openTestDomain, testNow, testSecrets, type TestDomain } from '../testing/test-domain.ts';
import { setUserPassword } from '../users/set-user-password.ts';
import { suspendUser } from '../users/suspend-user.ts';
import { User } from '../users/user.ts';
import { authenticate } from './authenticate.ts';
import { PasswordHasher } from './password-hasher.ts';
import { refreshSession } from './refresh-session.ts';
import { Session } from './session.ts';
import { signIn } from './sign-in.ts';

const password = 'correct horse battery staple';

let domain: TestDomain;
beforeAll(async () => {
  domain = await openTestDomain();
});
afterAll(() => domain[Symbol.asyncDispose]());

async function enter(email: string, given: string, passwords: PasswordHasher = domain.passwords) {
  const context = domain.context(anonymous, { passwords });
  const input = { email, password: given, cookies: false };
  return (await signIn(context, input, null)).session;
}

function hashOf(user: User): Promise<string | null | undefined> {
  const em = domain.orm.em.fork();
  return em
    .findOneOrFail(User, { id: user.id }, { populate: ['passwordHash'] })
    .then((found) => found.passwordHash);
}

/** A hasher that lets something happen between checking a password and acting on the answer. */
class InterruptedHasher extends PasswordHasher {
  readonly #meanwhile: () => Promise<unknown>;

  constructor(cost: number, meanwhile: () => Promise<unknown>) {
    super({ cost, pepper: testSecrets.keyPepper });
    this.#meanwhile = meanwhile;
  }

  override async verify(given: string, hash: string | null, first = false): Promise<boolean> {
    const isRight = await super.verify(given, hash, first);
    await this.#meanwhile();
    return isRight;
  }
}

test('gives tokens that work, and notes where and when', async () => {
  const user = await buildUser(domain, { password });
  const signedIn = await enter(user.email, password);
  expect(signedIn.user).toMatchObject({ id: user.id, lastLoginAt: testNow });
  const em = domain.orm.em.fork();
  const actor = await authenticate(em, testSecrets, signedIn.accessToken ?? '', testNow);
  expect(actor).toMatchObject({ kind: 'user', id: user.id });
  expect(await em.findOneOrFail(Session, { user: user.id })).toMatchObject({
    ip: '203.0.113.7',
    userAgent: 'a test',
    createdAt: testNow,
  });
  await refreshSession(domain.context(anonymous), signedIn.refreshToken ?? '');
});

test('answers a wrong password, an unknown address and a user without a password alike', async () => {
  const withPassword = await buildUser(domain, { password });
  const without = await buildUser(domain);
  const suspended = await buildUser(domain, { password, status: 'suspended' });
  const answers = await Promise.all(
    [
      enter(withPassword.email, `${password}!`),
      enter('nobody@example.com', password),
      enter(without.email, password),
      enter(suspended.email, 'wrong'),
    ].map((attempt) =>
      attempt.catch((error: unknown) => ({ ...Object(error), message: String(error) })),
    ),
  );
  expect(answers[0]).toMatchObject({ code: 'invalid_credentials' });
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('tells of suspension after the right password only', async () => {
  const user = await buildUser(domain, { password, status: 'suspended' });
  await expect(enter(user.email, password)).rejects.toMatchObject({ code: 'user_suspended' });
  expect(await domain.orm.em.fork().count(Session, { user: user.id })).toBe(0);
});

test('lets a pending user in', async () => {
  const user = await buildUser(domain, { password, status: 'pending' });
  await expect(enter(user.email, password)).resolves.toMatchObject({ user: { status: 'pending' } });
});

test('does as much work for an unknown address as for a known one', async () => {
  const user = await buildUser(domain, { password });
  const checked: (string | null)[] = [];
  const passwords = new (class extends PasswordHasher {
    override verify(given: string, hash: string | null): Promise<boolean> {
      checked.push(hash);
      return super.verify(given, hash);
    }
  })({ cost: 4, pepper: testSecrets.keyPepper });
  await expect(enter(user.email, 'wrong', passwords)).rejects.toThrow();
  await expect(enter('nobody@example.com', 'wrong', passwords)).rejects.toThrow();
  expect(checked).toEqual([expect.any(String), null]);
});

test('renews a hash that is weaker than asked for, and no other', async () => {
  const user = await buildUser(domain, { password });
  const before = await hashOf(user);
  await enter(user.email, password);
  expect(await hashOf(user)).toBe(before);
  const stronger = new PasswordHasher({ cost: 5, pepper: testSecrets.keyPepper });
  await enter(user.email, password, stronger);
  expect(await hashOf(user)).toMatch(/^\$2[aby]\$05\$/);
  await enter(user.email, password);
});

test('lets no session begin with a password that was changed meanwhile', async () => {
  const user = await buildUser(domain, { password });
  for (const cost of [4, 5]) {
    const passwords = new InterruptedHasher(cost, () =>
      setUserPassword(domain.context(system), { user: user.id, password: `${password} changed` }),
    );
    await domain.db.query('update users set password_hash = $2 where id = $1', [
      user.id,
      await domain.passwords.hash(password),
    ]);
    await expect(enter(user.email, password, passwords)).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    expect(await domain.orm.em.fork().count(Session, { user: user.id })).toBe(0);
    await expect(enter(user.email, `${password} changed`)).resolves.toBeDefined();
  }
});

test('lets no session begin for a user who was suspended meanwhile', async () => {
  const user = await buildUser(domain, { password });
  const passwords = new InterruptedHasher(4, () =>
    suspendUser(domain.context(system), { user: user.id }),
  );
  await expect(enter(user.email, password, passwords)).rejects.toMatchObject({
    code: 'user_suspended',
  });
  expect(await domain.orm.em.fork().count(Session, { user: user.id })).toBe(0);
});
