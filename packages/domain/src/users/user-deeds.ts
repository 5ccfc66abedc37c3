import type { BulkUsersAction, UserRole, UserStatus } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor } from '../access/actor.ts';
import { authorizeOn } from '../access/authorize.ts';
import type { Action } from '../access/policy.ts';
import { keepAnAdmin } from './keep-an-admin.ts';
import { refuseSelf } from './refuse-self.ts';

interface Deed {
  action: Action;
  /** Completes "You cannot … yourself"; null for what one may do to oneself. */
  toOneself: string | null;
  /** True for what takes an admin away. */
  keepsAnAdmin: boolean;
}

/** What is done to a user, alone or among many, and who is spared. */
export const userDeeds = {
  suspend: { action: 'users.suspend', toOneself: 'suspend', keepsAnAdmin: true },
  restore: { action: 'users.activate', toOneself: 'activate', keepsAnAdmin: false },
  activate: { action: 'users.activate', toOneself: 'activate', keepsAnAdmin: false },
  verify: { action: 'users.verify', toOneself: 'verify', keepsAnAdmin: false },
  change_plan: { action: 'users.update_account', toOneself: null, keepsAnAdmin: false },
  delete: { action: 'users.delete', toOneself: 'delete', keepsAnAdmin: true },
} as const satisfies Record<BulkUsersAction, Deed>;

/**
 * Refuses a deed to who may not do it to this user.
 *
 * @param leaving ids of admins who are about to go as well.
 * @throws DomainError not_found, forbidden, self_change_refused, last_admin
 */
export async function refuseDeed(
  em: EntityManager,
  actor: Actor,
  deed: BulkUsersAction,
  user: { id: string; role: UserRole; status: UserStatus },
  leaving: readonly string[] = [],
): Promise<void> {
  const { action, toOneself, keepsAnAdmin } = userDeeds[deed];
  authorizeOn(actor, action, user, 'users.read', 'user');
  if (toOneself !== null) refuseSelf(actor, user, toOneself);
  if (keepsAnAdmin) await keepAnAdmin(em, user, leaving);
}
