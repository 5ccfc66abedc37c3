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
