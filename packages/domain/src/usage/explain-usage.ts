import {
  decision,
  type Decision,
  type explainUsageInput,
  type Parsed,
  type RefusalExplanation,
  type RequestForecast,
  type UsageEvent,
} from '@apigate/contract';
import { authorize, authorizeOn, notFound, reachOf } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { loadKeyHolder, quotaPeriodAt } from '../gateway/index.ts';
import { Key } from '../keys/key.ts';
import { Plan } from '../plans/plan.ts';
import { queryableOf } from '../queryable-of.ts';
import { findUser } from '../users/find-user.ts';
import { forecastRequest, loadGatewayRules } from '../verification/forecast-request.ts';
import { describeStep } from './describe-step.ts';
import { readUsageEvent } from './list-usage-events.ts';

/**
 * Why a request was refused: each rule that was looked at, its numbers, the one that decided, and what the rules of now
 * would say to the same request.
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
  const { event, planId } = found;
  if (event.user === null) {
    if (reachOf(actor, 'usage.read') !== 'any') throw notFound('request', { isRefusal: true });
  } else {
    authorizeOn(actor, 'usage.read', await findUser(em, event.user.id), 'usage.read', 'request');
  }
  const noted: Decision | null = decision.nullable().parse(found.decision);
  return {
    event,
    plan: planId === null ? null : await em.findOne(Plan, { id: planId }),
    steps: noted?.map((step) => ({ ...step, detail: describeStep(step, event) })) ?? null,
    today: noted === null ? null : await forecastAgain(ctx, event, noted),
  };
}

/**
 * The same request now. The host of a request is not kept; where its route named one, that is taken.
 *
 * @returns null where it came by no route, or its key is gone
 */
async function forecastAgain(
  { em, now }: DomainContext,
  event: UsageEvent,
  noted: Decision,
): Promise<RequestForecast | null> {
  const route = noted.find((step) => step.rule === 'route');
  const key = event.key === null ? null : await em.findOne(Key, { id: event.key.id });
  if (route === undefined || key === null) return null;
  const db = queryableOf(em);
  const holder = await loadKeyHolder(db, key.digest, quotaPeriodAt(now.getTime()).start);
  if (holder === null) return null;
  const { code, status, detail, steps } = forecastRequest(await loadGatewayRules(db), {
    method: event.method,
    target: event.path,
    host: route.host ?? 'localhost',
    ip: event.ip,
    holder,
    at: now,
  });
  return { code, status, detail, steps };
}
