import { z } from 'zod';
import { id, moment, page, pageInput, ref, searchText } from './primitives.ts';

/** Every deed that the audit log knows. */
export const auditActions = [
  'auth.signed_in',
  'auth.sign_in_failed',
  'auth.signed_out',
  'auth.session_ended',
  'auth.refresh_reused',
  'auth.registered',
  'auth.email_verified',
  'auth.email_change_asked',
  'auth.email_changed',
  'auth.password_changed',
  'auth.password_reset_asked',
  'auth.password_reset',
  'auth.second_factor_enabled',
  'auth.second_factor_disabled',
  'auth.recovery_codes_renewed',
  'access.refused',
  'users.created',
  'users.updated',
  'users.role_changed',
  'users.suspended',
  'users.activated',
  'users.restored',
  'users.verified',
  'users.password_set',
  'users.second_factor_reset',
  'users.deleted',
  'users.imported',
  'users.exported',
  'invites.created',
  'invites.revoked',
  'invites.accepted',
  'setup.completed',
  'alerts.updated',
  'plans.created',
  'plans.updated',
  'plans.deleted',
  'plans.chosen',
  'keys.created',
  'keys.updated',
  'keys.revoked',
  'keys.rotated',
  'keys.rotation_cancelled',
  'keys.rotation_finished',
  'service_keys.created',
  'service_keys.revoked',
  'upstreams.created',
  'upstreams.updated',
  'upstreams.deleted',
  'routes.created',
  'routes.updated',
  'routes.deleted',
  'reference.changed',
  'reference.removed',
  'settings.set',
  'settings.unset',
  'views.created',
  'views.updated',
  'views.deleted',
] as const;
export const auditAction = z.enum(auditActions);
export type AuditAction = z.infer<typeof auditAction>;

const changes = z.record(z.string(), z.json()).nullable();

/** One deed: who, what, to whom, before and after (secrets masked), from where. */
export const auditEvent = z.object({
  id,
  seq: z.int(),
  at: z.date(),
  level: z.enum(['INFO', 'WARN']),
  /** The part of apigate that did it, `AuthService` or `UsersService`. */
  service: z.string(),
  /** The deed as a line, `User created: 01a1…`. */
  message: z.string(),
  action: auditAction,
  actor: z.object({
    kind: z.enum(['anonymous', 'user', 'service', 'system']),
    id: z.string().nullable(),
    label: z.string().nullable(),
  }),
  target: z
    .object({ kind: z.string(), id: z.string().nullable(), label: z.string().nullable() })
    .nullable(),
  before: changes,
  after: changes,
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  requestId: z.string().nullable(),
});
export type AuditEvent = z.infer<typeof auditEvent>;

export const auditRef = z.strictObject({ event: id });
export type AuditRef = z.infer<typeof auditRef>;

export const listAuditInput = pageInput.extend({
  action: auditAction.optional(),
  /** The user who did it or to whom it was done. */
  user: ref.optional(),
  target: searchText.optional(),
  since: moment.optional(),
  until: moment.optional(),
  /** Newest first, unless told. */
  order: z.enum(['newest', 'oldest']).optional(),
});
export type ListAuditInput = z.input<typeof listAuditInput>;
export const auditPage = page(auditEvent);

/** Whether the log is as it was written: the first event that is not, and what is wrong with it. */
export const auditVerdict = z.object({
  intact: z.boolean(),
  events: z.int(),
  brokenAt: z.object({ seq: z.int(), reason: z.string() }).nullable(),
});
export type AuditVerdict = z.infer<typeof auditVerdict>;

/** One request to the control plane. */
export const accessRecord = z.object({
  id,
  timestamp: z.date(),
  userId: z.string().nullable(),
  userEmail: z.string().nullable(),
  /** The service key that called, where it was no user. */
  serviceKey: z.object({ id: z.string(), name: z.string() }).nullable(),
  method: z.string(),
  endpoint: z.string(),
  /** What was called there: procedure or operation. */
  query: z.string().nullable(),
  statusCode: z.int(),
  /** Milliseconds. */
  responseTime: z.int(),
  ip: z.string().nullable(),
  requestId: z.string(),
});
export type AccessRecord = z.infer<typeof accessRecord>;
export const listAccessInput = pageInput.extend({ user: ref.optional() });
export type ListAccessInput = z.input<typeof listAccessInput>;
export const accessPage = page(accessRecord);
