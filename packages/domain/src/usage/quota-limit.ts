/**
 * SQL for the quota of a user `u` with a plan `p`, in units; null is unlimited. What `limitsOf` says, for many at once.
 *
 * @param pendingLimit SQL for the setting `pending.requests_per_month`
 */
export function quotaLimit(pendingLimit: string): string {
  return `case when u.status = 'pending' then least(p.requests_per_month, ${pendingLimit})
    else p.requests_per_month end`;
}
