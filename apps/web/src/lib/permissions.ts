import type { User, UserRole } from '@apigate/contract';

/*
 * What to offer to whom. The server decides by its own policy; this only spares people buttons that it would refuse.
 */

export function mayEnterConsole(me: Pick<User, 'role'>): boolean {
  return me.role !== 'customer';
}

export function mayCreateUsers(me: User): boolean {
  return me.role === 'admin';
}

export function mayEdit(me: User, user: { role: UserRole }): boolean {
  return mayModerate(me, user);
}

/** E-mail address, plan and role. */
export function mayEditAccount(me: User): boolean {
  return me.role === 'admin';
}

export function mayChangeStatusOf(me: User, user: { id: string; role: UserRole }): boolean {
  return me.id !== user.id && mayModerate(me, user);
}

export function mayRevokeKeysOf(me: User, owner: { id: string; role: UserRole }): boolean {
  return me.id === owner.id || mayModerate(me, owner);
}

function mayModerate(me: User, user: { role: UserRole }): boolean {
  return me.role === 'admin' || (me.role === 'moderator' && user.role === 'customer');
}
