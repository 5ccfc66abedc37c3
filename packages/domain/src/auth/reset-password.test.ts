import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous } from '../access/actor.ts';
import {
  mailsTo,
  openTestDomain,
  buildSession,
  buildUser,
  testNow,
  tokenMailedTo,
  type TestDomain,
} from '../testing/index.ts';
import { Session } from './session.ts';
import { forgotPassword, resetPassword } from './reset-password.ts';
import { resendVerification } from './verify-email.ts';
import { signIn } from './sign-in.ts';

const fresh = 'a wholly new passphrase';
let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
});

afterAll(() => domain[Symbol.asyncDispose]());

const call = (now = testNow) => domain.context(anonymous, { now });

async function askFor(email: string): Promise<string> {
  await forgotPassword(call(), email);
  return tokenMailedTo(domain, email, 'reset_password');
}

test('a reset sets the password, ends every session and is good once', async () => {
  const user = await buildUser(domain, { password: 'the old password' });
  await buildSession(domain, user);
  const token = await askFor(user.email);
  await resetPassword(call(), { token, password: fresh });
  expect(await domain.orm.em.fork().count(Session, { user: user.id })).toBe(0);
  const again = { email: user.email, password: 'the old password', cookies: false };
  await expect(signIn(call(), again, null)).rejects.toMatchObject({ code: 'invalid_credentials' });
  const { session } = await signIn(call(), { ...again, password: fresh }, null);
  expect(session.user.id).toBe(user.id);
  expect((await mailsTo(domain, user.email))[0]?.template).toBe('password_changed');
  await expect(resetPassword(call(), { token, password: fresh })).rejects.toMatchObject({
    code: 'invalid_link',
  });
});

test('asvs-v5.0.0-6.4.1 a reset link ends after 30 minutes and with the next one', async () => {
  const user = await buildUser(domain);
  const first = await askFor(user.email);
  const second = await askFor(user.email);
  await expect(resetPassword(call(), { token: first, password: fresh })).rejects.toMatchObject({
    code: 'invalid_link',
  });
  const late = call(new Date(testNow.getTime() + 30 * 60_000 + 1));
  await expect(resetPassword(late, { token: second, password: fresh })).rejects.toMatchObject({
    code: 'invalid_link',
  });
});

test('a weak password leaves the link good', async () => {
  const user = await buildUser(domain);
  const token = await askFor(user.email);
  await expect(resetPassword(call(), { token, password: '12345678' })).rejects.toMatchObject({
    code: 'bad_request',
  });
  expect(await resetPassword(call(), { token, password: fresh })).toEqual({ ok: true });
});

test('asvs-v5.0.0-6.3.8 asking answers the same for unknown, suspended and known addresses', async () => {
  const suspended = await buildUser(domain, { status: 'suspended' });
  expect(await forgotPassword(call(), 'nobody@example.com')).toEqual({ ok: true });
  expect(await forgotPassword(call(), suspended.email)).toEqual({ ok: true });
  expect(await mailsTo(domain, suspended.email)).toEqual([]);
});

test('the link in the mail points at the configured address', async () => {
  const user = await buildUser(domain);
  await forgotPassword(call(), user.email);
  const [mail] = await mailsTo(domain, user.email);
  expect(mail?.text).toMatch(/^https:\/\/apigate\.test\/auth\/reset-password\?token=[\w-]{43}$/m);
});

test('no token of a link is in the database', async () => {
  const user = await buildUser(domain);
  const token = await askFor(user.email);
  for (const table of ['one_time_tokens', 'mails', 'audit_events']) {
    const { rows } = await domain.db.query(`select t::text as row from ${table} t`);
    expect(rows.some(({ row }: { row: string }) => row.includes(token))).toBe(false);
  }
});

test('asvs-v5.0.0-2.4.1 whoever asks again and again fills no mailbox: three mails an hour, of each kind', async () => {
  const user = await buildUser(domain, { email: 'Flooded@Example.com', status: 'pending' });
  const mails = async () => {
    const { rows } = await domain.db.query<{ template: string; count: number }>(
      `select template, count(*)::int as count from mails where lower("to") = $1 group by 1 order by 1`,
      [user.email.toLowerCase()],
    );
    return rows;
  };
  const ask = async (now: Date) => {
    const asked = Array.from({ length: 8 }, () => [
      forgotPassword(domain.context(anonymous, { now }), user.email),
      resendVerification(domain.context(anonymous, { now }), user.email),
    ]);
    expect(new Set((await Promise.all(asked.flat())).map(({ ok }) => ok))).toEqual(new Set([true]));
  };
  await ask(testNow);
  expect(await mails()).toEqual([
    { template: 'reset_password', count: 3 },
    { template: 'verify_email', count: 3 },
  ]);
  await ask(new Date(testNow.getTime() + 3_600_001));
  expect((await mails()).map(({ count }) => count)).toEqual([6, 6]);
});
