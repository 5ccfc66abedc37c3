import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { User } from '../users/user.ts';
import { mailVerification } from './account-mails.ts';
import { mayMail } from './may-mail.ts';
import { invalidLink, useOneTimeToken } from './one-time-tokens.ts';
import { settleInMs } from './settle-in-ms.ts';

const answerMs = 50;

/**
 * Takes an address as verified by the link that was mailed to it; who was pending for it becomes active.
 *
 * @throws DomainError invalid_link
 */
export async function verifyEmail(ctx: DomainContext, token: string): Promise<{ ok: true }> {
  return ctx.em.transactional(async (em) => {
    const used = await useOneTimeToken(em, ['verify_email'], token, ctx.now);
    if (used.user == null) throw invalidLink();
    const user = await findUserForUpdate(em, used.user.id);
    if (user.email !== used.email) throw invalidLink();
    user.emailVerifiedAt ??= ctx.now;
    if (user.status === 'pending') user.status = 'active';
    user.updatedAt = ctx.now;
    await enqueueMail(ctx, em, user.email, 'welcome', {
      name: user.name ?? user.firstName ?? null,
      link: `${ctx.publicUrl}/portal`,
    });
    await recordAudit(ctx, em, {
      action: 'auth.email_verified',
      by: user,
      target: { kind: 'user', id: user.id, label: user.email },
    });
    return { ok: true };
  });
}

/**
 * Mails the link once more to whoever still needs it, three times an hour at most. The answer is the same for every
 * address.
 */
export async function resendVerification(
  ctx: DomainContext,
  address: string,
): Promise<{ ok: true }> {
  const mailed = ctx.em.transactional(async (em) => {
    const user = await em.findOne(User, { email: address, emailVerifiedAt: null });
    if (user === null || user.status === 'suspended') return;
    if (await mayMail(ctx, em, 'verify_email', address)) await mailVerification(ctx, em, user);
  });
  await settleInMs(answerMs, mailed);
  return { ok: true };
}
