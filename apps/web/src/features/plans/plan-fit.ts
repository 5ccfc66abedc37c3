import type { Plan } from '@apigate/contract';

/** What this month's use comes to on a plan. */
export type PlanFit =
  | { kind: 'fits' }
  /** At the pace so far the quota is used up then. */
  | { kind: 'full'; at: Date }
  /** What was used already is as much as the plan allows, or more. */
  | { kind: 'used-up' };

/**
 * Judges a plan by the use of this month.
 *
 * @param used units so far
 * @param fullAt when a quota of as many units is used up at the pace so far; null when not before the month ends
 */
export function planFit(
  { requestsPerMonth }: Pick<Plan, 'requestsPerMonth'>,
  used: number,
  fullAt: Date | null,
): PlanFit {
  if (requestsPerMonth === null) return { kind: 'fits' };
  if (used >= requestsPerMonth) return { kind: 'used-up' };
  return fullAt === null ? { kind: 'fits' } : { kind: 'full', at: fullAt };
}
