import type { changePasswordInput, Parsed } from '@apigate/contract';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { findUserForUpdate } from '../users/find-user.ts';
import { mailPasswordChanged } from './account-mails.ts';
import { endSessions } from './end-sessions.ts';
import { hashNewPassword } from './hash-new-password.ts';
import { reauthenticate } from './reauthenticate.ts';

/**
 * Changes the caller's password; every session but this one ends.
 *
 * @throws DomainError invalid_credentials, bad_request (password), overloaded
 */
export async function changePassword(
  ctx: DomainContext,
  input: Parsed<typeof changePasswordInput>,
): Promise<{ ok: true }> {
  const owner = await reauthenticate(ctx, input.currentPassword);
  const passwordHash = await hashNewPassword(
    ctx,
    input.newPassword,
    [owner.email, owner.name],
    'newPassword',
  );
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, owner.id);
    user.passwordHash = passwordHash;
    user.updatedAt = ctx.now;
    await endSessions(em, user, ctx.actor);
    await mailPasswordChanged(ctx, em, user);
    await recordAudit(ctx, em, {
      action: 'auth.password_changed',
      target: { kind: 'user', id: user.id, label: user.email },
    });
    return { ok: true };
  });
}
