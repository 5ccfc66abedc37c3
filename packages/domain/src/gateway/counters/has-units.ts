import type { AccountDemand } from './counters.ts';

/** Whether an account of which `used` units are used has the units that are asked of it. */
export function hasUnits({ limit, enforcement, units }: AccountDemand, used: number): boolean {
  return limit === null || enforcement === 'soft' || units <= 0 || used + units <= limit;
}
