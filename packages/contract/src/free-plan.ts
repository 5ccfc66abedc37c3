import type { Plan } from './plans.ts';

/** Whether a plan costs nothing: neither by the month nor past its quota. */
export function isFreePlan({
  priceMonthlyCents,
  enforcement,
  overageCentsPer1000,
}: Pick<Plan, 'priceMonthlyCents' | 'enforcement'> & {
  overageCentsPer1000?: number | null | undefined;
}): boolean {
  const billsExcess = enforcement === 'soft' && (overageCentsPer1000 ?? 0) > 0;
  return priceMonthlyCents === 0 && !billsExcess;
}
