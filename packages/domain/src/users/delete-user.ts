import { forgetPerson } from '../audit/forget-person.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { forgetUsage } from '../usage/forget-usage.ts';
import { requireVersion } from '../versions.ts';
import { findUserForUpdate } from './find-user.ts';
import { refuseDeed } from './user-deeds.ts';
import { userView } from './user-view.ts';

/**
 * Removes a user with all keys, sessions, mails and usage, in one transaction. The address is free again.
 *
 * @throws DomainError not_found, forbidden, self_change_refused, last_admin
 */
export async function deleteUser(
  ctx: DomainContext,
  input: { user: string },
): Promise<{ id: string }> {
  return ctx.em.transactional(async (em) => {
    const user = await findUserForUpdate(em, input.user);
    await refuseDeed(em, ctx.actor, 'delete', user);
    requireVersion(ctx, userView(user));
    await forgetUsage(em, user.id);
    const { id, email } = user;
    // A mail that is being sent is left alone: the deletion does not wait for a mail server.
    await em.execute(
      'delete from mails where id in (select id from mails where "to" = ? for update skip locked)',
      [email],
    );
    await em.execute('delete from idempotent_answers where actor = ?', [`user:${id}`]);
    await em.remove(user).flush();
    await recordAudit(ctx, em, {
      action: 'users.deleted',
      target: { kind: 'user', id, label: email },
    });
    await forgetPerson(em, id);
    return { id };
  });
}
