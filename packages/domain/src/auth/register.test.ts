import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous } from '../access/actor.ts';
import { setSetting } from '../settings/manage-settings.ts';
import {
  buildPlan,
  buildUser,
  mailsTo,
  openTestDomain,
  tokenMailedTo,
  type TestDomain,
} from '../testing/index.ts';
import { User } from '../users/user.ts';
import { register } from './register.ts';
import { resendVerification, verifyEmail } from './verify-email.ts';

const password = 'correct horse battery staple';
let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
  await buildPlan(domain, { slug: 'free', isDefault: true });
});

afterAll(() => domain[Symbol.asyncDispose]());

const call = () => domain.context(anonymous);
const setVerification = (value: boolean) =>
  setSetting(domain.context({ kind: 'system' }), { name: 'require_email_verification', value });
const find = (email: string) =>
  domain.orm.em.fork().findOne(User, { email }, { populate: ['plan'] });

test('asvs-v5.0.0-6.2.1 a registered customer is active, on the default plan and signed in', async () => {
  const { session } = await register(call(), {
    email: 'jane@example.com',
    username: 'jane',
    password,
    cookies: false,
  });
  expect(session?.user).toMatchObject({
    email: 'jane@example.com',
    role: 'customer',
    status: 'active',
  });
  expect(session?.user.plan.slug).toBe('free');
  expect(session?.accessToken).toMatch(/^ey/);
  expect((await mailsTo(domain, 'jane@example.com'))[0]?.template).toBe('welcome');
});

test('a taken address or username is refused and changes nothing', async () => {
  const before = await domain.orm.em.fork().count(User);
  await expect(
    register(call(), { email: 'jane@example.com', password, cookies: false }),
  ).rejects.toMatchObject({ code: 'email_taken' });
  await expect(
    register(call(), { email: 'jane2@example.com', username: 'jane', password, cookies: false }),
  ).rejects.toMatchObject({ code: 'username_taken' });
  expect(await domain.orm.em.fork().count(User)).toBe(before);
});

test.each([
  ['short', 'short1!'],
  ['common', 'password123'],
  ['made of the address', 'weakling@example.com'],
])('asvs-v5.0.0-6.2.4 a password that is %s is refused', async (_, weak) => {
  await expect(
    register(call(), { email: 'weakling@example.com', password: weak, cookies: false }),
  ).rejects.toMatchObject({ code: 'bad_request', errors: [{ path: 'password' }] });
  expect(await find('weakling@example.com')).toBeNull();
});

test('asvs-v5.0.0-6.2.5 a long passphrase needs no digits or signs', async () => {
  const passphrase = 'juniper walnut harbour quilt meadow '.repeat(4).trim();
  const { session } = await register(call(), {
    email: 'long@example.com',
    password: passphrase,
    cookies: false,
  });
  expect(session).not.toBeNull();
});

test('with verification a new customer is pending until the link is used, once', async () => {
  await setVerification(true);
  const made = await register(call(), { email: 'joe@example.com', password, cookies: false });
  expect(made.session).toBeNull();
  expect((await find('joe@example.com'))?.status).toBe('pending');
  const token = await tokenMailedTo(domain, 'joe@example.com', 'verify_email');
  await verifyEmail(call(), token);
  const joe = await find('joe@example.com');
  expect(joe?.status).toBe('active');
  expect(joe?.emailVerifiedAt).not.toBeNull();
  await expect(verifyEmail(call(), token)).rejects.toMatchObject({ code: 'invalid_link' });
});

test('asvs-v5.0.0-6.3.8 with verification a known address gets the answer of a new one, and its owner a mail', async () => {
  const again = await register(call(), { email: 'joe@example.com', password, cookies: false });
  const fresh = await register(call(), { email: 'fresh@example.com', password, cookies: false });
  expect(again).toEqual(fresh);
  expect((await mailsTo(domain, 'joe@example.com'))[0]?.template).toBe('already_registered');
  await setVerification(false);
});

test('asvs-v5.0.0-6.6.2 a new link ends the one before, and 24 hours end both', async () => {
  const first = await tokenMailedTo(domain, 'fresh@example.com', 'verify_email');
  await resendVerification(call(), 'fresh@example.com');
  const second = await tokenMailedTo(domain, 'fresh@example.com', 'verify_email');
  await expect(verifyEmail(call(), first)).rejects.toMatchObject({ code: 'invalid_link' });
  const late = domain.context(anonymous, {
    now: new Date(call().now.getTime() + 24 * 3_600_000 + 1),
  });
  await expect(verifyEmail(late, second)).rejects.toMatchObject({ code: 'invalid_link' });
});

test('resending answers the same for every address', async () => {
  const user = await buildUser(domain, { emailVerifiedAt: call().now });
  expect(await resendVerification(call(), 'nobody@example.com')).toEqual({ ok: true });
  expect(await resendVerification(call(), user.email)).toEqual({ ok: true });
  expect(await mailsTo(domain, user.email)).toEqual([]);
});

test('asvs-v5.0.0-2.3.4 twenty calls with one link use it once', async () => {
  await resendVerification(call(), 'fresh@example.com');
  const token = await tokenMailedTo(domain, 'fresh@example.com', 'verify_email');
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => verifyEmail(call(), token)),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('closed registration refuses everyone', async () => {
  const system = domain.context({ kind: 'system' });
  await setSetting(system, { name: 'auth.registration_open', value: 'false' });
  await expect(
    register(call(), { email: 'late@example.com', password, cookies: false }),
  ).rejects.toMatchObject({ code: 'registration_closed' });
});

test('asvs-v5.0.0-1.3.11 names cannot put headers into a mail', async () => {
  const system = domain.context({ kind: 'system' });
  await setSetting(system, { name: 'auth.registration_open', value: true });
  await register(call(), {
    email: 'inject@example.com',
    name: 'Eve <b>bold</b>',
    password,
    cookies: false,
  });
  const [mail] = await mailsTo(domain, 'inject@example.com');
  expect(mail?.subject).not.toMatch(/[\r\n]/);
  expect(mail?.html).not.toContain('<b>bold</b>');
  expect(mail?.html).toContain('&lt;b&gt;bold&lt;/b&gt;');
});
