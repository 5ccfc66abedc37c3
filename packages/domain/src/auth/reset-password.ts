import type { Parsed, resetPasswordInput } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { User } from '../users/user.ts';
import { mailPasswordChanged } from './account-mails.ts';
import { endSessions } from './end-sessions.ts';
import { GuessGuard } from './guess-guard.ts';
import { hashNewPassword } from './hash-new-password.ts';
import { mayMail } from './may-mail.ts';
import { OneTimeToken } from './one-time-token.ts';
import {
  digestLinkToken,
  invalidLink,
  issueOneTimeToken,
  useOneTimeToken,
} from './one-time-tokens.ts';
import { settleInMs } from './settle-in-ms.ts';

const answerMs = 50;

/**
 * Mails a link to set a new password, if there is such an account, three times an hour at most. The answer is the same
 * for every address.
 */
export async function forgotPassword(ctx: DomainContext, address: string): Promise<{ ok: true }> {
  const mailed = ctx.em.transactional(async (em) => {
    const user = await em.findOne(User, { email: address });
    if (user === null || user.status === 'suspended') return;
    if (!(await mayMail(ctx, em, 'reset_password', address))) return;
    const token = await issueOneTimeToken(em, 'reset_password', { user, email: address }, ctx.now);
    await enqueueMail(ctx, em, address, 'reset_password', {
      link: `${ctx.publicUrl}/auth/reset-password?token=${token}`,
    });
    await recordAudit(ctx, em, {
      action: 'auth.password_reset_asked',
      target: { kind: 'user', id: user.id, label: user.email },
    });
  });
  await settleInMs(answerMs, mailed);
  return { ok: true };
}

/**
 * Sets a new password by the link that was mailed. All sessions end, failed guesses are forgotten, and the address
 * counts as verified; a second factor is still asked for at the next sign-in.
 *
 * @throws DomainError invalid_link, bad_request (password), overloaded
 */
export async function resetPassword(
  ctx: DomainContext,
  input: Parsed<typeof resetPasswordInput>,
): Promise<{ ok: true }> {
  // The link stays good when the password is not good enough, and nobody without one makes us hash.
  const link = await ctx.em.findOne(
    OneTimeToken,
    {
      digest: digestLinkToken(input.token),
      purpose: 'reset_password',
      expiresAt: { $gt: ctx.now },
    },
    { populate: ['user'] },
  );
  const owner = link?.user?.$;
  if (owner == null) throw invalidLink();
  const passwordHash = await hashNewPassword(ctx, input.password, [owner.email, owner.name]);
  await ctx.em.transactional(async (em) => {
    const used = await useOneTimeToken(em, ['reset_password'], input.token, ctx.now);
    const user = await findUserForUpdate(em, owner.id);
    if (user.email !== used.email || user.status === 'suspended') throw invalidLink();
    user.passwordHash = passwordHash;
    user.failedLogins = 0;
    user.emailVerifiedAt ??= ctx.now;
    if (user.status === 'pending') user.status = 'active';
    user.updatedAt = ctx.now;
    await endSessions(em, user);
    await mailPasswordChanged(ctx, em, user);
    await recordAudit(ctx, em, {
      action: 'auth.password_reset',
      by: user,
      target: { kind: 'user', id: user.id, label: user.email },
    });
  });
  await new GuessGuard(ctx, { account: owner.email, deviceId: null, ip: '' }).lift();
  return { ok: true };
}
