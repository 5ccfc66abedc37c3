import type { AuditAction, AuditEvent } from '@apigate/contract';

/** Each deed in words, after its subject: "jane@example.com …". */
export const auditActionText = {
  'auth.signed_in': 'Signed in',
  'auth.sign_in_failed': 'Sign-in failed',
  'auth.signed_out': 'Signed out',
  'auth.session_ended': 'Session ended',
  'auth.refresh_reused': 'Refresh token used twice',
  'auth.registered': 'Signed up',
  'auth.email_verified': 'Address verified',
  'auth.email_change_asked': 'New address asked for',
  'auth.email_changed': 'Address changed',
  'auth.password_changed': 'Password changed',
  'auth.password_reset_asked': 'Password reset asked for',
  'auth.password_reset': 'Password reset',
  'auth.second_factor_enabled': 'Second factor set up',
  'auth.second_factor_disabled': 'Second factor removed',
  'auth.recovery_codes_renewed': 'Recovery codes renewed',
  'access.refused': 'Access refused',
  'users.created': 'User added',
  'users.updated': 'User changed',
  'users.role_changed': 'Role changed',
  'users.suspended': 'User suspended',
  'users.activated': 'User activated',
  'users.restored': 'User restored',
  'users.verified': 'Marked as verified',
  'users.password_set': 'Password set by an admin',
  'users.second_factor_reset': 'Second factor taken away by an admin',
  'users.deleted': 'User deleted',
  'users.imported': 'Users imported',
  'users.exported': 'Users exported',
  'invites.created': 'Invitation sent',
  'invites.revoked': 'Invitation taken back',
  'invites.accepted': 'Invitation accepted',
  'setup.completed': 'First admin set up',
  'alerts.updated': 'Alerts changed',
  'plans.created': 'Plan added',
  'plans.updated': 'Plan changed',
  'plans.deleted': 'Plan deleted',
  'plans.chosen': 'Own plan changed',
  'keys.created': 'Key created',
  'keys.updated': 'Key changed',
  'keys.revoked': 'Key revoked',
  'keys.rotated': 'Key rotated',
  'keys.rotation_cancelled': 'Key rotation cancelled',
  'keys.rotation_finished': 'Key rotation finished',
  'service_keys.created': 'Service key created',
  'service_keys.revoked': 'Service key revoked',
  'upstreams.created': 'Upstream added',
  'upstreams.updated': 'Upstream changed',
  'upstreams.deleted': 'Upstream deleted',
  'routes.created': 'Route added',
  'routes.updated': 'Route changed',
  'routes.deleted': 'Route deleted',
  'reference.changed': 'API reference changed',
  'reference.removed': 'API reference removed',
  'settings.set': 'Setting changed',
  'settings.unset': 'Setting put back',
  'views.created': 'View saved',
  'views.updated': 'View changed',
  'views.deleted': 'View deleted',
} as const satisfies Record<AuditAction, string>;

export const auditActionOptions = (Object.keys(auditActionText) as AuditAction[]).map((value) => ({
  value,
  label: auditActionText[value],
}));

/** Who did it. */
export function actorText({ actor }: Pick<AuditEvent, 'actor'>): string {
  return actor.label ?? actor.id ?? actorKindText[actor.kind];
}

/** To whom or what it was done; empty where the deed says it all. */
export function targetText({ target }: Pick<AuditEvent, 'target'>): string {
  return target?.label ?? target?.id ?? '';
}

const actorKindText = {
  anonymous: 'Not signed in',
  user: 'A user',
  service: 'A service key',
  system: 'apigate itself',
} as const satisfies Record<AuditEvent['actor']['kind'], string>;
