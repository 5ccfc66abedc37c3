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

/** Name, metadata, verification. */
export function mayEdit(me: User, user: { id: string; role: UserRole }): boolean {
  return me.id === user.id || mayModerate(me, user);
}

/** E-mail address, plan, ids elsewhere. */
export function mayEditAccount(me: User): boolean {
  return me.role === 'admin';
}

/** Role, password, deletion: of others only, whoever one is. */
export function mayRule(me: User, user: { id: string }): boolean {
  return me.role === 'admin' && me.id !== user.id;
}

/** Settings, audit log, mails, invitations, sessions of others. */
export function mayRunInstallation(me: Pick<User, 'role'>): boolean {
  return me.role === 'admin';
}

/** Views of lists that all the staff see. */
export function mayShareViews(me: Pick<User, 'role'>): boolean {
  return me.role === 'admin';
}

export function mayChangeStatusOf(me: User, user: { id: string; role: UserRole }): boolean {
  return me.id !== user.id && mayModerate(me, user);
}

export function mayRevokeKeysOf(me: User, owner: { id: string; role: UserRole }): boolean {
  return me.id === owner.id || mayModerate(me, owner);
}

/** One's own are created in the portal. */
export function mayCreateKeysFor(me: Pick<User, 'role'>): boolean {
  return me.role === 'admin';
}

/** Also ending a rotation. */
export function mayRotateKeysOf(me: User, owner: { id: string }): boolean {
  return me.id === owner.id || me.role === 'admin';
}

function mayModerate(me: User, user: { role: UserRole }): boolean {
  return me.role === 'admin' || (me.role === 'moderator' && user.role === 'customer');
}
