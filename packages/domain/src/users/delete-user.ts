import { authorizeOn } from '../access/authorize.ts';
import { forgetPerson } from '../audit/forget-person.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { findUserForUpdate } from './find-user.ts';
import { keepAnAdmin } from './keep-an-admin.ts';
import { refuseSelf } from './refuse-self.ts';

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
    authorizeOn(ctx.actor, 'users.delete', user, 'users.read', 'user');
    refuseSelf(ctx.actor, user, 'delete');
    await keepAnAdmin(em, user);
    for (const table of ['usage_events', 'usage_hours', 'usage_days']) {
      await em.execute(`delete from ${table} where user_id = ?`, [user.id]);
    }
    const { id, email } = user;
    // A mail that is being sent is left alone: the deletion does not wait for a mail server.
    await em.execute(
      'delete from mails where id in (select id from mails where "to" = ? for update skip locked)',
      [email],
    );
    await em.remove(user).flush();
    await recordAudit(ctx, em, {
      action: 'users.deleted',
      target: { kind: 'user', id, label: email },
    });
    await forgetPerson(em, id);
    return { id };
  });
}
