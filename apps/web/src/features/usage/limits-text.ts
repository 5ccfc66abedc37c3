import type { UsageSummary } from '@apigate/contract';
import { numberText } from '../../lib/number-text.ts';

/** What binds the caller, in sentences. */
export function limitsText({
  rateLimitPerMinute,
  burst,
  requestsPerMonth,
  enforcement,
}: UsageSummary['limits']): string {
  const rate =
    rateLimitPerMinute === null
      ? 'As many requests a minute as you like'
      : `${numberText(rateLimitPerMinute)} requests a minute${
          burst === null || burst === rateLimitPerMinute ? '' : `, ${numberText(burst)} at once`
        }`;
  if (requestsPerMonth === null) return `${rate}, and no limit in a month.`;
  const past =
    enforcement === 'hard'
      ? 'Past it, requests are refused'
      : 'Past it, requests go on and cost extra';
  return `${rate}, and ${numberText(requestsPerMonth)} a month. ${past}.`;
}
