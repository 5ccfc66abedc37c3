import {
  decision,
  type Decision,
  type explainUsageInput,
  type Parsed,
  type RefusalExplanation,
} from '@apigate/contract';
import { authorize, authorizeOn, notFound, reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findUser } from '../users/find-user.ts';
import { describeStep } from './describe-step.ts';
import { readUsageEvent } from './list-usage-events.ts';

/**
 * Why a request was refused: each rule that was looked at, its numbers, and the one that decided.
 *
 * @throws DomainError not_found, also for the requests of somebody else
 */
export async function explainUsage(
  ctx: DomainContext,
  { request }: Parsed<typeof explainUsageInput>,
): Promise<RefusalExplanation> {
  const { em, actor } = ctx;
  authorize(actor, 'usage.read');
  const found = await readUsageEvent(em, request);
  if (found === null) throw notFound('request');
  const { event } = found;
  if (event.user === null) {
    if (reachOf(actor, 'usage.read') !== 'any') throw notFound('request', { isRefusal: true });
  } else {
    authorizeOn(actor, 'usage.read', await findUser(em, event.user.id), 'usage.read', 'request');
  }
  const noted: Decision | null = decision.nullable().parse(found.decision);
  return {
    event,
    steps: noted?.map((step) => ({ ...step, detail: describeStep(step, event) })) ?? null,
  };
}
