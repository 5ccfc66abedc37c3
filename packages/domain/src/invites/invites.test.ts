import { afterAll, beforeAll, expect, test } from 'vitest';
import { anonymous } from '../access/actor.ts';
import {
  actorOf,
  buildPlan,
  buildUser,
  mailsTo,
  openTestDomain,
  testNow,
  tokenMailedTo,
  type TestDomain,
} from '../testing/index.ts';
import { completeSetup, issueSetupToken } from '../setup/setup.ts';
import { updateUser } from '../users/update-user.ts';
import { acceptInvite, getInviteOffer } from './accept-invite.ts';
import { createInvite } from './create-invite.ts';
import { listInvites, revokeInvite } from './manage-invites.ts';

const password = 'correct horse battery staple';
let domain: TestDomain;

beforeAll(async () => {
  domain = await openTestDomain();
  await buildPlan(domain, { isDefault: true });
});

afterAll(() => domain[Symbol.asyncDispose]());

const guest = (now = testNow) => domain.context(anonymous, { now });

test('the first admin is made with the token of the terminal, once', async () => {
  const token = await issueSetupToken(domain.context({ kind: 'system' }));
  if (token === null) throw new Error('there is no admin yet');
  const input = { token, email: 'first@example.com', password, cookies: false };
  await expect(completeSetup(guest(), { ...input, token: 'guessed' })).rejects.toMatchObject({
    code: 'invalid_link',
  });
  const results = await Promise.allSettled([
    completeSetup(guest(), input),
    completeSetup(guest(), { ...input, email: 'second@example.com' }),
  ]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await issueSetupToken(domain.context({ kind: 'system' }))).toBeNull();
});

test('an invitation makes the account that it offers, once, and the admins hear of it', async () => {
  const admin = await buildUser(domain, { role: 'admin' });
  const ctx = () => domain.context(actorOf(admin));
  await createInvite(ctx(), { email: 'mod@example.com', role: 'moderator' });
  const token = await tokenMailedTo(domain, 'mod@example.com', 'invite');
  expect(await getInviteOffer(guest(), token)).toMatchObject({ role: 'moderator' });
  const session = await acceptInvite(guest(), { token, password, cookies: false });
  expect(session.user).toMatchObject({ email: 'mod@example.com', role: 'moderator' });
  await expect(acceptInvite(guest(), { token, password, cookies: false })).rejects.toMatchObject({
    code: 'invalid_link',
  });
  expect((await mailsTo(domain, admin.email))[0]?.subject).toBe('mod@example.com is now moderator');
});

test('an invitation ends after 48 hours, when it is taken back, and with the next one', async () => {
  const admin = await buildUser(domain, { role: 'admin' });
  const ctx = () => domain.context(actorOf(admin));
  const input = { email: 'late@example.com', role: 'admin' as const };
  await createInvite(ctx(), input);
  const first = await tokenMailedTo(domain, input.email, 'invite');
  const { id } = await createInvite(ctx(), input);
  const second = await tokenMailedTo(domain, input.email, 'invite');
  const late = guest(new Date(testNow.getTime() + 48 * 3_600_000 + 1));
  await expect(getInviteOffer(guest(), first)).rejects.toMatchObject({ code: 'invalid_link' });
  await expect(getInviteOffer(late, second)).rejects.toMatchObject({ code: 'invalid_link' });
  await revokeInvite(ctx(), { invite: id });
  await expect(getInviteOffer(guest(), second)).rejects.toMatchObject({ code: 'invalid_link' });
});

test('only admins invite, and nobody who has an account', async () => {
  const moderator = await buildUser(domain, { role: 'moderator' });
  const admin = await buildUser(domain, { role: 'admin' });
  const input = { email: 'x@example.com', role: 'moderator' as const };
  await expect(createInvite(domain.context(actorOf(moderator)), input)).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(
    listInvites(domain.context(actorOf(moderator)), { limit: 10 }),
  ).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(
    createInvite(domain.context(actorOf(admin)), { ...input, email: moderator.email }),
  ).rejects.toMatchObject({ code: 'email_taken' });
});

test('asvs-v5.0.0-6.3.7 raising a role is told to the admins by mail, lowering is not', async () => {
  const watcher = await buildUser(domain, { role: 'admin' });
  const doer = await buildUser(domain, { role: 'admin' });
  const user = await buildUser(domain);
  const ctx = () => domain.context(actorOf(doer));
  await updateUser(ctx(), { user: user.id, role: 'admin' });
  const [mail] = await mailsTo(domain, watcher.email);
  expect(mail?.subject).toBe(`${user.email} is now admin`);
  expect(mail?.text).toContain(doer.email);
  await updateUser(ctx(), { user: user.id, role: 'customer' });
  expect((await mailsTo(domain, watcher.email))[0]?.subject).toBe(`${user.email} is now admin`);
});
