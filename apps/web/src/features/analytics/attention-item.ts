import type { UserUsage } from '@apigate/contract';

/** Why somebody may soon ask for help. */
export interface AttentionItem {
  user: UserUsage['user'];
  /** "96 % of Pro, full on 27 Nov". */
  what: string;
  tone: 'warn' | 'bad';
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Nothing of a quota that lasts until the month ends. */
export function quotaItem(
  { user, plan, quotaPercent }: Pick<UserUsage, 'user' | 'plan' | 'quotaPercent'>,
  fullAt: Date | null,
): AttentionItem[] {
  if (quotaPercent === null) return [];
  if (quotaPercent >= 100) return [{ user, what: `Quota of ${plan.name} used up`, tone: 'bad' }];
  return fullAt === null
    ? []
    : [
        {
          user,
          what: `${quotaPercent} % of ${plan.name}, full on ${day.format(fullAt)}`,
          tone: 'warn',
        },
      ];
}
