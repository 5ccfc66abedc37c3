import type { AuditAction, AuditEvent } from '@apigate/contract';
import { personalised } from './audit-chain.ts';
import type { AuditRow, AuditValues } from './audit-row.ts';

/** How each deed reads as a line; what comes after the colon is its target. */
export const deeds = {
  'auth.signed_in': 'User login',
  'auth.sign_in_failed': 'User login failed',
  'auth.signed_out': 'User logout',
  'auth.session_ended': 'Session ended',
  'auth.refresh_reused': 'Refresh token reused',
  'auth.registered': 'User registered',
  'auth.email_verified': 'Email verified',
  'auth.email_change_asked': 'Email change asked',
  'auth.email_changed': 'Email changed',
  'auth.password_changed': 'Password changed',
  'auth.password_reset_asked': 'Password reset asked',
  'auth.password_reset': 'Password reset',
  'auth.second_factor_enabled': 'Second factor enabled',
  'auth.second_factor_disabled': 'Second factor disabled',
  'auth.recovery_codes_renewed': 'Recovery codes renewed',
  'access.refused': 'Access refused',
  'users.created': 'User created',
  'users.updated': 'User updated',
  'users.role_changed': 'User role changed',
  'users.suspended': 'User suspended',
  'users.activated': 'User activated',
  'users.restored': 'User restored',
  'users.verified': 'User verified',
  'users.password_set': 'User password set',
  'users.second_factor_reset': 'User second factor reset',
  'users.deleted': 'User deleted',
  'users.imported': 'Users imported',
  'users.exported': 'Users exported',
  'invites.created': 'Invite created',
  'invites.revoked': 'Invite revoked',
  'invites.accepted': 'Invite accepted',
  'setup.completed': 'Setup completed',
  'alerts.updated': 'Alerts updated',
  'plans.created': 'Plan created',
  'plans.updated': 'Plan updated',
  'plans.deleted': 'Plan deleted',
  'plans.chosen': 'Plan chosen',
  'keys.created': 'Key created',
  'keys.updated': 'Key updated',
  'keys.revoked': 'Key revoked',
  'keys.rotated': 'Key rotated',
  'keys.rotation_cancelled': 'Key rotation cancelled',
  'keys.rotation_finished': 'Key rotation finished',
  'service_keys.created': 'Service key created',
  'service_keys.revoked': 'Service key revoked',
  'upstreams.created': 'Upstream created',
  'upstreams.updated': 'Upstream updated',
  'upstreams.deleted': 'Upstream deleted',
  'routes.created': 'Route created',
  'routes.updated': 'Route updated',
  'routes.deleted': 'Route deleted',
  'reference.changed': 'API reference changed',
  'reference.removed': 'API reference removed',
  'settings.set': 'Setting set',
  'settings.unset': 'Setting unset',
  'views.created': 'View created',
  'views.updated': 'View updated',
  'views.deleted': 'View deleted',
} as const satisfies Record<AuditAction, string>;

const warnings: ReadonlySet<AuditAction> = new Set([
  'auth.sign_in_failed',
  'auth.refresh_reused',
  'access.refused',
  'users.role_changed',
]);

/** `users.created` was done by the `UsersService`, `service_keys.created` by the `ServiceKeysService`. */
function serviceOf(action: AuditAction): string {
  const words = action.slice(0, action.indexOf('.')).split('_');
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Service`;
}

/** An event as every surface shows it, with the addresses that are still known. */
export function auditView(row: AuditRow): AuditEvent {
  const named = (label: string | null | undefined) =>
    label == null ? null : (row.personal[label] ?? label);
  const valued = (values: AuditValues | null | undefined) =>
    values == null ? null : (personalised(values, row.personal) as AuditEvent['before']);
  const label = named(row.targetLabel);
  // A sign-in reads best with the address, all else with the id.
  const subject = row.action.startsWith('auth.')
    ? (label ?? row.targetId)
    : (row.targetId ?? label);
  return {
    id: row.id,
    seq: row.seq,
    at: row.at,
    level: warnings.has(row.action) ? 'WARN' : 'INFO',
    service: serviceOf(row.action),
    message: subject == null ? deeds[row.action] : `${deeds[row.action]}: ${subject}`,
    action: row.action,
    actor: { kind: row.actorKind, id: row.actorId ?? null, label: named(row.actorLabel) },
    target:
      row.targetKind == null ? null : { kind: row.targetKind, id: row.targetId ?? null, label },
    before: valued(row.before),
    after: valued(row.after),
    ip: row.ip ?? null,
    userAgent: row.userAgent ?? null,
    requestId: row.requestId ?? null,
  };
}
