import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous } from '../access/actor.ts';
import {
  actorOf,
  buildSession,
  buildUser,
  mailsTo,
  openTestDomain,
  testNow,
  tokenMailedTo,
  type TestDomain,
} from '../testing/index.ts';
import { User } from '../users/user.ts';
import { changeEmail, confirmEmailChange } from './change-email.ts';
import { changePassword } from './change-password.ts';
import { Session } from './session.ts';
import { endOtherSessions, endSession, listSessions } from './sessions.ts';

const password = 'correct horse battery staple';
let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
});

afterAll(() => domain[Symbol.asyncDispose]());

async function signedIn(fields: Parameters<typeof buildUser>[1] = {}) {
  const user = await buildUser(domain, { password, ...fields });
  const { session } = await buildSession(domain, user);
  const actor = { ...actorOf(user), sessionId: session.id };
  return { user, actor, ctx: () => domain.context(actor) };
}

const emailOf = async (id: string) =>
  (await domain.orm.em.fork().findOneOrFail(User, { id })).email;

test('asvs-v5.0.0-7.4.3 changing the password takes the old one and ends every other session', async () => {
  const { user, actor, ctx } = await signedIn();
  await buildSession(domain, user);
  const change = { currentPassword: 'wrong', newPassword: 'a wholly new passphrase' };
  await expect(changePassword(ctx(), change)).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
  await changePassword(ctx(), { ...change, currentPassword: password });
  const left = await domain.orm.em.fork().find(Session, { user: user.id });
  expect(left.map(({ id }) => id)).toEqual([actor.sessionId]);
  expect((await mailsTo(domain, user.email))[0]?.template).toBe('password_changed');
});

test('an address changes when both ends have confirmed, in either order', async () => {
  for (const [at, first] of (['email_change_old', 'email_change_new'] as const).entries()) {
    const { user, ctx } = await signedIn();
    const newEmail = `moved-${at}@example.com`;
    await changeEmail(ctx(), { currentPassword: password, newEmail });
    const old = await tokenMailedTo(domain, user.email, 'email_change_old');
    const fresh = await tokenMailedTo(domain, newEmail, 'email_change_new');
    const tokens = first === 'email_change_old' ? [old, fresh] : [fresh, old];
    await confirmEmailChange(domain.context(anonymous), tokens[0] ?? '');
    expect(await emailOf(user.id)).toBe(user.email);
    const done = await confirmEmailChange(domain.context(anonymous), tokens[1] ?? '');
    expect(done).toEqual({ confirmed: 'both' });
    expect(await emailOf(user.id)).toBe(newEmail);
  }
});

test('a change to a taken address is answered like any other, and does not happen', async () => {
  const other = await buildUser(domain);
  const { user, ctx } = await signedIn();
  expect(await changeEmail(ctx(), { currentPassword: password, newEmail: other.email })).toEqual({
    ok: true,
  });
  expect((await mailsTo(domain, other.email))[0]?.template).toBe('already_registered');
  const old = await tokenMailedTo(domain, user.email, 'email_change_old');
  await confirmEmailChange(domain.context(anonymous), old);
  expect(await emailOf(user.id)).toBe(user.email);
});

test('a new change ends the one before', async () => {
  const { user, ctx } = await signedIn();
  await changeEmail(ctx(), { currentPassword: password, newEmail: 'first@example.com' });
  const first = await tokenMailedTo(domain, user.email, 'email_change_old');
  await changeEmail(ctx(), { currentPassword: password, newEmail: 'second@example.com' });
  await expect(confirmEmailChange(domain.context(anonymous), first)).rejects.toMatchObject({
    code: 'invalid_link',
  });
});

test('asvs-v5.0.0-7.5.2 one sees and ends one’s own sessions, and nobody else’s', async () => {
  const { user, actor, ctx } = await signedIn();
  await buildSession(domain, user);
  const stranger = await signedIn();
  const { data } = await listSessions(ctx(), {});
  expect(data).toHaveLength(2);
  expect(data.filter(({ current }) => current).map(({ id }) => id)).toEqual([actor.sessionId]);
  await expect(endSession(stranger.ctx(), { session: actor.sessionId })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(listSessions(stranger.ctx(), { user: user.id })).rejects.toMatchObject({
    code: 'not_found',
  });
  await endOtherSessions(ctx());
  expect((await listSessions(ctx(), {})).data.map(({ id }) => id)).toEqual([actor.sessionId]);
});

test('asvs-v5.0.0-7.4.5 an admin ends the sessions of others', async () => {
  const { actor } = await signedIn();
  const admin = await signedIn({ role: 'admin' });
  await endSession(admin.ctx(), { session: actor.sessionId });
  expect(await domain.orm.em.fork().count(Session, { id: actor.sessionId })).toBe(0);
});

test('guessing the password again with a stolen session is held back', async () => {
  const { actor } = await signedIn();
  const at = (ms: number) => domain.context(actor, { now: new Date(testNow.getTime() + ms) });
  const change = { currentPassword: 'wrong', newPassword: 'a wholly new passphrase' };
  for (let guess = 0; guess < 5; guess += 1) {
    await expect(changePassword(at(0), change)).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  }
  const right = { ...change, currentPassword: password };
  await expect(changePassword(at(100), right)).rejects.toMatchObject({
    code: 'invalid_credentials',
  });
  expect(await changePassword(at(60_000), right)).toEqual({ ok: true });
});
