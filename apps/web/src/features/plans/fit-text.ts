import type { Plan } from '@apigate/contract';
import { numberText } from '../../lib/number-text.ts';
import type { PlanFit } from './plan-fit.ts';

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** What this month's use comes to on a plan, in a sentence. @param usage units used, and when the month ends */
export function fitText(
  fit: PlanFit,
  { enforcement, requestsPerMonth }: Pick<Plan, 'enforcement' | 'requestsPerMonth'>,
  { used, periodEnd }: { used: number; periodEnd: Date },
  isOwn: boolean,
): string {
  if (fit.kind === 'fits') {
    if (used === 0) return 'You have used nothing yet this month.';
    return `Your ${numberText(used)} of this month fit.`;
  }
  const past = enforcement === 'hard' ? 'refused' : 'past the quota';
  if (fit.kind === 'full') {
    const when = `on ${day.format(fit.at)} at your pace`;
    return isOwn ? `Full ${when}, then requests are ${past}.` : `Would be full ${when}.`;
  }
  const until = `until ${day.format(periodEnd)}`;
  const overlap = `You have used ${numberText(used)} of ${numberText(requestsPerMonth ?? 0)}`;
  return `${overlap}: requests ${isOwn ? 'are' : 'would be'} ${past} ${until}.`;
}
