import type { User, UserStatus } from '@apigate/contract';
import { mayChangeStatusOf, mayEdit, mayRule } from '../../lib/permissions.ts';

/** What can be done to a user; all but `activate` by a dialog. */
export type UserAction =
  | 'edit'
  | 'metadata'
  | 'suspend'
  | 'activate'
  | 'password'
  | 'second-factor'
  | 'delete';

export const userActionText = {
  edit: 'Edit…',
  metadata: 'Edit metadata…',
  suspend: 'Suspend…',
  activate: 'Activate',
  password: 'Set password…',
  'second-factor': 'Take away second factor…',
  delete: 'Delete…',
} as const satisfies Record<UserAction, string>;

/** What `me` may do to a user, the usual first. */
export function userActionsOf(
  me: User,
  user: Pick<User, 'id' | 'role'> & { status: UserStatus },
): readonly UserAction[] {
  const rules = mayRule(me, user);
  const mayTurn = mayChangeStatusOf(me, user);
  const offered: readonly (UserAction | false)[] = [
    mayEdit(me, user) && 'edit',
    mayTurn && user.status !== 'suspended' && 'suspend',
    mayTurn && user.status === 'suspended' && 'activate',
    mayEdit(me, user) && 'metadata',
    rules && 'password',
    rules && 'second-factor',
    rules && 'delete',
  ];
  return offered.filter((action) => action !== false);
}
