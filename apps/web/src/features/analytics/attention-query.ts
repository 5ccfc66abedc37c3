import { queryOptions } from '@tanstack/react-query';
import { atOnce, client, trpc } from '../../lib/trpc.ts';
import { quotaItem, type AttentionItem } from './attention-item.ts';

const itemsMax = 6;

/** From here on a quota may be full before the month ends, and its forecast is asked for. */
const quotaFilter = 'quota_percent >= 50 and status != "suspended"';
/** A few errors of a few requests mean nothing. */
const errorFilter = 'error_percent >= 25 and requests >= 100 and status != "suspended"';

/** Users who will soon ask for help: their quota is or will be full, or much of what they send fails. */
export const attentionQuery = queryOptions({
  queryKey: [...trpc.analytics.users.queryKey(), 'attention'],
  queryFn: async ({ signal }): Promise<AttentionItem[]> => {
    const list = (sort: 'quota_percent' | 'error_percent', filter: string) =>
      client.analytics.users.query({ sort, filter, limit: itemsMax }, { signal, context: atOnce });
    const [near, failing] = await Promise.all([
      list('quota_percent', quotaFilter),
      list('error_percent', errorFilter),
    ]);
    const full = await Promise.all(
      near.data.map(async (usage) => {
        if ((usage.quotaPercent ?? 0) >= 100) return { usage, fullAt: null };
        const overview = await client.analytics.overview.query({ user: usage.user.id }, { signal });
        return { usage, fullAt: overview.forecast?.quotaReachedAt ?? null };
      }),
    );
    const quotas = full.flatMap(({ usage, fullAt }) => quotaItem(usage, fullAt));
    const errors = failing.data.map(({ user, errorPercent, requests }): AttentionItem => ({
      user,
      what: `${errorPercent ?? 0} % errors of ${requests.toLocaleString('en')} requests`,
      tone: 'warn',
    }));
    return [...quotas, ...errors].slice(0, itemsMax);
  },
  refetchInterval: 60_000,
});
