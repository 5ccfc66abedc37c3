import type { createUserInput, Parsed, User as UserView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { hashNewPassword } from '../auth/hash-new-password.ts';
import type { DomainContext } from '../context.ts';
import { defaultPlan } from '../plans/default-plan.ts';
import { findPlan } from '../plans/find-plan.ts';
import { withConstraints } from '../constraints.ts';
import { announcePrivilege } from './announce-privilege.ts';
import { findUser } from './find-user.ts';
import { newUser } from './new-user.ts';
import { userConstraints } from './user-constraints.ts';
import { userView } from './user-view.ts';

/**
 * Makes a user, on the default plan unless told otherwise.
 *
 * @throws DomainError email_taken, username_taken, external_id_taken, not_found (plan), bad_request (password)
 */
export async function createUser(
  ctx: DomainContext,
  input: Parsed<typeof createUserInput>,
): Promise<UserView> {
  const { actor, now } = ctx;
  authorize(actor, 'users.create');
  const { password, plan, role = 'customer', ...fields } = input;
  if (role !== 'customer') authorize(actor, 'users.update_role');
  const passwordHash = password === undefined ? null : await hashNewPassword(ctx, password, null);
  return withConstraints(userConstraints, () =>
    ctx.em.transactional(async (em) => {
      const chosen = plan === undefined ? await defaultPlan(em) : await findPlan(em, plan);
      const { id } = newUser(em, chosen, now, { ...fields, role, passwordHash });
      await em.flush();
      const user = await findUser(em, id);
      await announcePrivilege(ctx, em, user, 'customer');
      const view = userView(user);
      await recordAudit(ctx, em, {
        action: 'users.created',
        target: { kind: 'user', id, label: view.email },
        after: { email: view.email, role: view.role, status: view.status, plan: view.plan.slug },
      });
      return view;
    }),
  );
}
