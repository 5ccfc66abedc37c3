import type { Quota } from '@apigate/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { QuotaPeriod } from '../gateway/quota-period.ts';

/**
 * The quota of a user in a period: the row by which the proxy refuses.
 *
 * @param limit units; null is unlimited.
 */
export async function readQuota(
  em: EntityManager,
  userId: string,
  period: QuotaPeriod,
  limit: number | null,
): Promise<Quota> {
  const [row]: { units: string }[] = await em.execute(
    'select units from quota_periods where user_id = ? and period_start = ?',
    [userId, period.start],
  );
  const used = Number(row?.units ?? 0);
  return {
    periodStart: new Date(period.startMs),
    periodEnd: new Date(period.endMs),
    used,
    limit,
    remaining: limit === null ? null : Math.max(0, limit - used),
    percent: limit === null ? null : Math.round((used * 1000) / limit) / 10,
  };
}
