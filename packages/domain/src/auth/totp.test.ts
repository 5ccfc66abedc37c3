import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous } from '../access/actor.ts';
import {
  actorOf,
  buildUser,
  mailsTo,
  openTestDomain,
  testNow,
  type TestDomain,
} from '../testing/index.ts';
import type { User } from '../users/user.ts';
import { totpOf } from './second-factor.ts';
import { resetSecondFactor } from '../users/reset-second-factor.ts';
import { signIn } from './sign-in.ts';
import { beginTotp, confirmTotp, disableTotp, getSecurity, remakeRecoveryCodes } from './totp.ts';

const password = 'correct horse battery staple';
const stepMs = 30_000;
let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
});

afterAll(() => domain[Symbol.asyncDispose]());

const codeAt = (secret: string, atMs: number) => totpOf(secret, '').generate({ timestamp: atMs });
const later = (steps: number) => new Date(testNow.getTime() + steps * stepMs);

async function enrol(user: User): Promise<{ secret: string; recoveryCodes: string[] }> {
  const ctx = domain.context(actorOf(user));
  const { secret, uri } = await beginTotp(ctx, { currentPassword: password });
  expect(uri).toContain(`secret=${secret}`);
  const { recoveryCodes } = await confirmTotp(domain.context(actorOf(user)), {
    code: codeAt(secret, testNow.getTime()),
  });
  return { secret, recoveryCodes };
}

const enter = (user: User, code: string | undefined, now = later(2)) =>
  signIn(
    domain.context(anonymous, { now }),
    { email: user.email, password, cookies: false, ...(code === undefined ? {} : { code }) },
    null,
  );

test('asvs-v5.0.0-6.3.3 with a second factor the password alone does not sign in', async () => {
  const user = await buildUser(domain, { password });
  const { secret } = await enrol(user);
  await expect(enter(user, undefined)).rejects.toMatchObject({ code: 'second_factor_required' });
  await expect(enter(user, '000000')).rejects.toMatchObject({ code: 'invalid_credentials' });
  const { session } = await enter(user, codeAt(secret, later(2).getTime()));
  expect(session.user.id).toBe(user.id);
  expect((await mailsTo(domain, user.email))[0]?.template).toBe('second_factor_changed');
});

test('the need of a code is not told to who lacks the password', async () => {
  const user = await buildUser(domain, { password });
  await enrol(user);
  const wrong = { email: user.email, password: 'wrong', cookies: false };
  await expect(signIn(domain.context(anonymous), wrong, null)).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
});

test('asvs-v5.0.0-6.5.1 a code is good once, also for twenty calls at the same time', async () => {
  const user = await buildUser(domain, { password });
  const { secret } = await enrol(user);
  const code = codeAt(secret, later(2).getTime());
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => enter(user, code)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('asvs-v5.0.0-6.5.5 a code of two steps ago or ahead is refused', async () => {
  const user = await buildUser(domain, { password });
  const { secret } = await enrol(user);
  for (const steps of [8, 12]) {
    await expect(
      enter(user, codeAt(secret, later(steps).getTime()), later(10)),
    ).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  }
});

test('a recovery code signs in once, in any case and spacing', async () => {
  const user = await buildUser(domain, { password });
  const { recoveryCodes } = await enrol(user);
  expect(new Set(recoveryCodes).size).toBe(10);
  const [code = ''] = recoveryCodes;
  await enter(user, code.toLowerCase().replaceAll('-', ' '));
  await expect(enter(user, code)).rejects.toMatchObject({ code: 'invalid_credentials' });
  const { recoveryCodesLeft } = await getSecurity(domain.context(actorOf(user)));
  expect(recoveryCodesLeft).toBe(9);
});

test('new recovery codes end the old ones', async () => {
  const user = await buildUser(domain, { password });
  const { secret, recoveryCodes } = await enrol(user);
  const ctx = domain.context(actorOf(user), { now: later(3) });
  await remakeRecoveryCodes(ctx, {
    currentPassword: password,
    code: codeAt(secret, later(3).getTime()),
  });
  await expect(enter(user, recoveryCodes[0])).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
});

test('asvs-v5.0.0-7.5.1 it takes password and code to take the second factor away', async () => {
  const user = await buildUser(domain, { password });
  const { secret } = await enrol(user);
  const ctx = () => domain.context(actorOf(user), { now: later(4) });
  const code = codeAt(secret, later(4).getTime());
  await expect(disableTotp(ctx(), { currentPassword: 'wrong', code })).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
  await expect(
    disableTotp(ctx(), { currentPassword: password, code: '000000' }),
  ).rejects.toMatchObject({ code: 'invalid_credentials' });
  await disableTotp(ctx(), { currentPassword: password, code });
  const { session } = await enter(user, undefined);
  expect(session.user.id).toBe(user.id);
});

test('nothing is on before the first code is confirmed', async () => {
  const user = await buildUser(domain, { password });
  await beginTotp(domain.context(actorOf(user)), { currentPassword: password });
  await expect(
    confirmTotp(domain.context(actorOf(user)), { code: '123456' }),
  ).rejects.toMatchObject({ code: 'invalid_credentials' });
  const { session } = await enter(user, undefined);
  expect(session.user.id).toBe(user.id);
});

test('asvs-v5.0.0-6.5.2 secrets of second factors are sealed in the database', async () => {
  const user = await buildUser(domain, { password });
  const { secret, recoveryCodes } = await enrol(user);
  const { rows } = await domain.db.query('select u::text as row from users u where id = $1', [
    user.id,
  ]);
  expect(JSON.stringify(rows)).not.toContain(secret);
  const codes = await domain.db.query('select r::text as row from recovery_codes r');
  for (const code of recoveryCodes) {
    expect(JSON.stringify(codes.rows)).not.toContain(code.replaceAll('-', ''));
  }
});

test('an admin takes a lost second factor away from others, and nobody from themselves', async () => {
  const admin = await buildUser(domain, { role: 'admin', password });
  const user = await buildUser(domain, { password });
  await enrol(user);
  await enrol(admin);
  const as = (actor: User) => domain.context(actorOf(actor));
  await expect(resetSecondFactor(as(user), { user: user.id })).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(resetSecondFactor(as(admin), { user: admin.id })).rejects.toMatchObject({
    code: 'self_change_refused',
  });
  await resetSecondFactor(as(admin), { user: user.id });
  const { session } = await enter(user, undefined);
  expect(session.user.id).toBe(user.id);
  expect((await mailsTo(domain, user.email))[0]?.subject).toBe('Second factor removed');
});
