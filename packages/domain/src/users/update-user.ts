import type { Parsed, updateUserInput, User as UserView } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { authorizeOn } from '../access/authorize.ts';
import type { Action } from '../access/policy.ts';
import { changedValues } from '../audit/changed-values.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { findPlan } from '../plans/find-plan.ts';
import { mailPlanChanged } from '../plans/mail-plan-changed.ts';
import { withConstraints } from '../constraints.ts';
import { requireVersion } from '../versions.ts';
import { announcePrivilege } from './announce-privilege.ts';
import { findUserForUpdate } from './find-user.ts';
import { keepAnAdmin } from './keep-an-admin.ts';
import { refuseSelf } from './refuse-self.ts';
import { userConstraints } from './user-constraints.ts';
import { userView } from './user-view.ts';

type Changes = Parsed<typeof updateUserInput>;

/** What one must be allowed to in order to change a field. */
const actionOfField = {
  name: 'users.update_profile',
  username: 'users.update_profile',
  firstName: 'users.update_profile',
  lastName: 'users.update_profile',
  metadata: 'users.update_metadata',
  email: 'users.update_account',
  externalId: 'users.update_account',
  plan: 'users.update_account',
  stripeCustomerId: 'users.update_account',
  paddleCustomerId: 'users.update_account',
  lemonSqueezyCustomerId: 'users.update_account',
  role: 'users.update_role',
} as const satisfies Record<Exclude<keyof Changes, 'user'>, Action>;

/**
 * Changes what is given and leaves the rest.
 *
 * @throws DomainError not_found, forbidden, self_change_refused, last_admin, email_taken, username_taken,
 * external_id_taken
 */
export async function updateUser(ctx: DomainContext, input: Changes): Promise<UserView> {
  return withConstraints(userConstraints, () =>
    ctx.em.transactional(async (em) => {
      const user = await findUserForUpdate(em, input.user);
      for (const action of actionsIn(input)) {
        authorizeOn(ctx.actor, action, user, 'users.read', 'user');
      }
      const { user: _, plan, role, ...fields } = input;
      const before = userView(user);
      requireVersion(ctx, before);
      if (role !== undefined && role !== user.role) {
        refuseSelf(ctx.actor, user, 'change the role of');
        await keepAnAdmin(em, user);
        user.role = role;
        user.sessionEpoch += 1;
      }
      // One's own address moves by `changeEmail`, which asks for the password and for both ends' consent.
      if (fields.email !== undefined && fields.email !== user.email) {
        refuseSelf(ctx.actor, user, 'change the address of');
      }
      const planBefore = user.plan.getEntity();
      if (plan !== undefined) user.plan = ref(await findPlan(em, plan));
      for (const [field, value] of Object.entries(fields)) {
        if (value !== undefined) Object.assign(user, { [field]: value });
      }
      // Nobody has shown yet that the new address is theirs.
      if (user.email !== before.email) user.emailVerifiedAt = null;
      user.updatedAt = ctx.now;
      await em.flush();
      const after = userView(user);
      await announcePrivilege(ctx, em, user, before.role);
      await mailPlanChanged(ctx, em, user, planBefore);
      const changed = changedValues(before, after);
      if (changed !== null) {
        await recordAudit(ctx, em, {
          action: before.role === after.role ? 'users.updated' : 'users.role_changed',
          target: { kind: 'user', id: user.id, label: after.email },
          ...changed,
        });
      }
      return after;
    }),
  );
}

/** What one must be allowed to in order to make these changes; to make none, as much as to look. */
function actionsIn(input: Changes): Action[] {
  const fields = Object.keys(actionOfField) as (keyof typeof actionOfField)[];
  const actions = fields.filter((field) => input[field] !== undefined);
  return actions.length === 0 ? ['users.read'] : actions.map((field) => actionOfField[field]);
}
