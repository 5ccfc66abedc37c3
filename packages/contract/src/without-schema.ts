// What pages need before they need a schema: nothing here brings Zod along.

/** Longest filter expression, in characters. */
export const filterCharsMax = 1_000;

/** Ten years. */
export const inactiveDaysMax = 3650;

/** What became of requests: by status class of the upstream's answer, or refused by us. */
export const usageOutcomes = ['2xx', '3xx', '4xx', '5xx', 'refused'] as const;

/** What users are ranked by, greatest first. */
export const userUsageSorts = [
  'requests',
  'errors',
  'error_percent',
  'quota_percent',
  'bytes',
  'keys',
  'last_active',
] as const;

/** What a filter expression may compare: numbers, and the names `plan` (slug or name) and `status`. */
export const filterFields = [
  'requests',
  'errors',
  'error_percent',
  'quota_percent',
  'bytes',
  'keys',
  'plan',
  'status',
  'last_active_days',
] as const;

/** Thresholds of one measure. */
export const alertPercentsMax = 5;

/** The longest image that a logo may be, in bytes: 64 KiB. */
export const logoBytesMax = 64 * 1024;

/** How many users an export names one by one; their ids go into an address. */
export const userExportNamedMax = 200;

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What can be found by name. */
export const foundKinds = [
  'user',
  'key',
  'plan',
  'route',
  'upstream',
  'setting',
  'invite',
  'mail',
  'request',
  'event',
] as const;

/** A secret of the kind `key`, of any prefix, from its first character to its last. */
export const wholeKey = /^[a-z][a-z0-9]{0,7}_[0-9A-Za-z]{38}$/;

export const userStatuses = ['active', 'pending', 'suspended'] as const;

/** What a list of users can be sorted by. */
export const userSorts = ['created_at', 'email', 'name', 'last_login_at'] as const;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const nilOrMax = /^(?:0{8}(?:-0{4}){3}-0{12}|f{8}(?:-f{4}){3}-f{12})$/i;

/** True of text in the form of an id (RFC 9562); other unique names must not have it, or they could shadow one. */
export function looksLikeId(value: string): boolean {
  return uuid.test(value) || nilOrMax.test(value);
}
