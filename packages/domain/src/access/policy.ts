import type { ServiceScope, UserRole } from '@apigate/contract';

/** How far a permission goes: nobody's things, one's own, those of customers and one's own, everybody's. */
export type Reach = 'none' | 'own' | 'customers' | 'any';

interface Rule extends Record<UserRole, Reach> {
  /** What a service key must carry, `admin` aside; null means only `admin` will do. */
  service: ServiceScope | null;
}

/**
 * Who may do what: the one table that every surface asks. What is not listed does not exist, what is not granted is
 * refused.
 */
export const policy = {
  'users.list': { customer: 'none', moderator: 'any', admin: 'any', service: 'users:read' },
  'users.read': { customer: 'own', moderator: 'any', admin: 'any', service: 'users:read' },
  'users.create': { customer: 'none', moderator: 'none', admin: 'any', service: 'users:write' },
  'users.update_profile': {
    customer: 'own',
    moderator: 'customers',
    admin: 'any',
    service: 'users:write',
  },
  'users.update_metadata': {
    customer: 'none',
    moderator: 'customers',
    admin: 'any',
    service: 'users:write',
  },
  'users.update_account': {
    customer: 'none',
    moderator: 'none',
    admin: 'any',
    service: 'users:write',
  },
  'users.update_role': { customer: 'none', moderator: 'none', admin: 'any', service: null },
  'users.set_password': { customer: 'none', moderator: 'none', admin: 'any', service: null },
  'users.reset_second_factor': {
    customer: 'none',
    moderator: 'none',
    admin: 'any',
    service: null,
  },
  'users.verify': {
    customer: 'none',
    moderator: 'customers',
    admin: 'any',
    service: 'users:write',
  },
  'users.suspend': {
    customer: 'none',
    moderator: 'customers',
    admin: 'any',
    service: 'users:write',
  },
  'users.activate': {
    customer: 'none',
    moderator: 'customers',
    admin: 'any',
    service: 'users:write',
  },
  'users.delete': { customer: 'none', moderator: 'none', admin: 'any', service: null },
  'keys.read': { customer: 'own', moderator: 'any', admin: 'any', service: 'keys:read' },
  'keys.create': { customer: 'own', moderator: 'own', admin: 'any', service: 'keys:write' },
  'keys.update': { customer: 'own', moderator: 'own', admin: 'any', service: 'keys:write' },
  'keys.revoke': { customer: 'own', moderator: 'customers', admin: 'any', service: 'keys:write' },
  'keys.verify': { customer: 'none', moderator: 'none', admin: 'any', service: 'keys:verify' },
  'keys.rotate': { customer: 'own', moderator: 'own', admin: 'any', service: 'keys:write' },
  'service_keys.manage': { customer: 'none', moderator: 'none', admin: 'any', service: null },
  'usage.read': { customer: 'own', moderator: 'any', admin: 'any', service: 'usage:read' },
  'alerts.update': { customer: 'own', moderator: 'own', admin: 'any', service: 'users:write' },
  /** The figures of everybody. */
  'analytics.read': { customer: 'none', moderator: 'any', admin: 'any', service: 'usage:read' },
  'usage.meter': { customer: 'none', moderator: 'none', admin: 'any', service: 'meter:write' },
  'plans.read': { customer: 'any', moderator: 'any', admin: 'any', service: 'plans:read' },
  'plans.read_disabled': {
    customer: 'none',
    moderator: 'any',
    admin: 'any',
    service: 'plans:read',
  },
  /** One's own plan, by oneself. */
  'plans.choose': { customer: 'own', moderator: 'own', admin: 'own', service: null },
  'plans.write': { customer: 'none', moderator: 'none', admin: 'any', service: 'plans:write' },
  // It tells of users and of what they use.
  'plans.effect': { customer: 'none', moderator: 'none', admin: 'any', service: null },
  'routes.read': { customer: 'none', moderator: 'none', admin: 'any', service: 'routes:read' },
  'routes.write': { customer: 'none', moderator: 'none', admin: 'any', service: 'routes:write' },
  /** What the portal shows of the API. */
  'reference.read': { customer: 'any', moderator: 'any', admin: 'any', service: 'routes:read' },
  'reference.write': {
    customer: 'none',
    moderator: 'none',
    admin: 'any',
    service: 'routes:write',
  },
  'sessions.read': { customer: 'own', moderator: 'own', admin: 'any', service: null },
  'sessions.end': { customer: 'own', moderator: 'own', admin: 'any', service: null },
  'invites.manage': { customer: 'none', moderator: 'none', admin: 'any', service: null },
  'settings.read': { customer: 'none', moderator: 'none', admin: 'any', service: 'settings:read' },
  'settings.write': {
    customer: 'none',
    moderator: 'none',
    admin: 'any',
    service: 'settings:write',
  },
  // Whoever names the mail server reads the links in mails.
  'settings.write_secret': { customer: 'none', moderator: 'none', admin: 'any', service: null },
  /** Views of lists: one's own, and looking at those that are shared. */
  'views.use': { customer: 'none', moderator: 'own', admin: 'own', service: null },
  'views.share': { customer: 'none', moderator: 'none', admin: 'any', service: null },
  'audit.read': { customer: 'none', moderator: 'none', admin: 'any', service: 'audit:read' },
  'mails.read': { customer: 'none', moderator: 'none', admin: 'any', service: null },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof policy;
