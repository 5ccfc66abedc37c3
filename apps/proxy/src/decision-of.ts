import type { Decision } from '@apigate/contract';
import { demandedBuckets, explainDecision, type Counters } from '@apigate/domain/gateway';
import type { Exchange } from './exchange.ts';

type Refused = Pick<
  Exchange,
  'refusalCode' | 'caller' | 'client' | 'match' | 'demands' | 'terms' | 'quota' | 'period'
>;

/** How the refusal of a request came about; null where no key was known. */
export function decisionOf(
  { refusalCode, caller, client, match, demands, terms, quota, period }: Refused,
  counters: Pick<Counters, 'peek'>,
): Decision | null {
  if (refusalCode === null || caller === null) return null;
  const hasTerms = terms !== null && quota !== null && period !== null;
  return explainDecision({
    code: refusalCode,
    caller,
    ip: client.ip,
    route: match?.route ?? null,
    buckets: demandedBuckets(demands, (demanded) => counters.peek(demanded, null).rate),
    quota: hasTerms
      ? { limits: terms.limits, used: quota.used, cost: match?.route.cost ?? 0, period }
      : null,
  });
}
