import type { Plan } from '@apigate/contract';
import { numberText } from '../../lib/number-text.ts';
import { moneyText } from './money-text.ts';

export const enforcementOptions = [
  { value: 'hard', label: 'Refuse until the next month' },
  { value: 'soft', label: 'Let through and bill' },
] as const;

export function limitText(limit: number | null): string {
  return limit === null ? 'Unlimited' : numberText(limit);
}

/** What happens past the quota. */
export function pastQuotaText({
  enforcement,
  overageCentsPer1000,
  currency,
}: Pick<Plan, 'enforcement' | 'overageCentsPer1000' | 'currency'>): string {
  if (enforcement === 'hard') return 'Refused';
  return overageCentsPer1000 === null
    ? 'Let through'
    : `${moneyText(overageCentsPer1000, currency)} per 1,000`;
}
