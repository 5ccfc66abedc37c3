import type { changeEmailInput, EmailChange as EmailChangeView, Parsed } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { enqueueMail } from '../mail/enqueue-mail.ts';
import { withConstraints } from '../constraints.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { userConstraints } from '../users/user-constraints.ts';
import { User } from '../users/user.ts';
import { mailAlreadyRegistered } from './account-mails.ts';
import { EmailChange } from './email-change.ts';
import { endSessions } from './end-sessions.ts';
import { invalidLink, issueOneTimeToken, useOneTimeToken } from './one-time-tokens.ts';
import { reauthenticate } from './reauthenticate.ts';

/**
 * Asks both addresses to confirm that the caller's account moves from one to the other. Whether the new one has an
 * account already is not told.
 *
 * @throws DomainError invalid_credentials, overloaded
 */
export async function changeEmail(
  ctx: DomainContext,
  input: Parsed<typeof changeEmailInput>,
): Promise<{ ok: true }> {
  const { id } = await reauthenticate(ctx, input.currentPassword);
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, id);
    await em.nativeDelete(EmailChange, { user: user.id });
    em.create(EmailChange, {
      user: ref(user),
      newEmail: input.newEmail,
      oldConfirmedAt: null,
      newConfirmedAt: null,
      createdAt: ctx.now,
    });
    const link = (token: string) => `${ctx.publicUrl}/portal/confirm-email?token=${token}`;
    const oldToken = await issueOneTimeToken(
      em,
      'change_email_old',
      { user, email: user.email },
      ctx.now,
    );
    await enqueueMail(ctx, em, user.email, 'email_change_old', {
      newEmail: input.newEmail,
      link: link(oldToken),
    });
    const newToken = await issueOneTimeToken(
      em,
      'change_email_new',
      { user, email: input.newEmail },
      ctx.now,
    );
    if ((await em.count(User, { email: input.newEmail })) > 0) {
      await mailAlreadyRegistered(ctx, em, input.newEmail);
    } else {
      await enqueueMail(ctx, em, input.newEmail, 'email_change_new', { link: link(newToken) });
    }
    await recordAudit(ctx, em, {
      action: 'auth.email_change_asked',
      target: { kind: 'user', id: user.id, label: user.email },
      after: { email: input.newEmail },
    });
    return { ok: true };
  });
}

/**
 * Confirms a change of address at one of its ends; with both confirmed, the account moves and other sessions end.
 *
 * @throws DomainError invalid_link, email_taken
 */
export async function confirmEmailChange(
  ctx: DomainContext,
  token: string,
): Promise<EmailChangeView> {
  return withConstraints(userConstraints, () =>
    ctx.em.transactional(async (em) => {
      const used = await useOneTimeToken(
        em,
        ['change_email_old', 'change_email_new'],
        token,
        ctx.now,
      );
      if (used.user == null) throw invalidLink();
      const user = await findUserForUpdate(em, used.user.id);
      const change = await em.findOne(EmailChange, { user: user.id });
      const isOld = used.purpose === 'change_email_old';
      if (change === null || used.email !== (isOld ? user.email : change.newEmail)) {
        throw invalidLink();
      }
      if (isOld) change.oldConfirmedAt = ctx.now;
      else change.newConfirmedAt = ctx.now;
      if (change.oldConfirmedAt == null || change.newConfirmedAt == null) {
        await em.flush();
        return { confirmed: isOld ? 'old' : 'new' };
      }
      const before = user.email;
      user.email = change.newEmail;
      user.emailVerifiedAt = ctx.now;
      if (user.status === 'pending') user.status = 'active';
      user.updatedAt = ctx.now;
      em.remove(change);
      await em.flush();
      await endSessions(em, user, ctx.actor);
      await recordAudit(ctx, em, {
        action: 'auth.email_changed',
        by: user,
        target: { kind: 'user', id: user.id, label: user.email },
        before: { email: before },
        after: { email: user.email },
      });
      return { confirmed: 'both' };
    }),
  );
}
