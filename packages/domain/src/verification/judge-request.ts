import type { Decision } from '@apigate/contract';
import { v7 } from 'uuid';
import {
  accountOf,
  demandedBuckets,
  checkCaller,
  demandsOn,
  explainDecision,
  identifyCaller,
  noAddress,
  quotaPeriodAt,
  Refusal,
  refusalOfTake,
  type BucketDemand,
  type BucketVerdict,
  type Caller,
  type Credential,
  type QuotaPeriod,
  type QuotaVerdict,
  type RouteMatch,
  type Terms,
} from '../gateway/index.ts';
import type { KeyGate } from './key-gate.ts';

const pathCharsMax = 1_024;
const userAgentCharsMax = 256;

/** A request somewhere else, about which the gate is asked. */
export interface AskedRequest {
  credential: Credential | Refusal;
  match: RouteMatch | null;
  method: string;
  path: string;
  /** Null where it is not known. */
  ip: string | null;
  /** Scopes that the key must hold, beside those of the route. */
  scopes: readonly string[];
  /** Units; null leaves it to the route. */
  cost: number | null;
  /** Whether it takes tokens and units, and is recorded. */
  isCounted: boolean;
  userAgent: string | null;
}

/** What the gate says of a request. */
export interface Judgement {
  /** Names the usage event, if there is one. */
  requestId: string;
  /** Null when the request is let through. */
  refusal: Refusal | null;
  /** Null for a request without a known key. */
  caller: Caller | null;
  terms: Terms | null;
  rate: BucketVerdict | null;
  quota: QuotaVerdict | null;
  period: QuotaPeriod;
  atMs: number;
}

/** Decides on a request by the steps of the proxy, in their order: credential → caller → rate limit → quota → meter. */
export async function judgeRequest(gate: KeyGate, asked: AskedRequest): Promise<Judgement> {
  const atMs = Date.now();
  const startedAtMs = performance.now();
  const judgement: Judgement = {
    requestId: v7(),
    refusal: null,
    caller: null,
    terms: null,
    rate: null,
    quota: null,
    period: quotaPeriodAt(atMs),
    atMs,
  };
  const { credential } = asked;
  const found =
    credential instanceof Refusal || credential.secret === null
      ? credential
      : await identifyCaller(
          gate.snapshot,
          credential.secret,
          asked.ip ?? noAddress,
          atMs,
          gate.bounds,
        );
  if (found instanceof Refusal) return { ...judgement, refusal: found };
  const caller = 'key' in found ? found : null;
  const terms = caller === null ? null : gate.snapshot.termsOf(caller);
  const demands = demandsOf(asked, caller, terms);
  const known = { ...judgement, caller, terms };
  const decided = { ...known, ...(await decide(gate, asked, known, demands)) };
  if (asked.isCounted && caller !== null) {
    const decision = decisionOf(gate, asked, decided, demands);
    const isKept = record(gate, asked, decided, { decision, startedAtMs });
    // What could not be written down must not come true; the meter goes on trying to write it.
    if (!isKept && decided.refusal === null) {
      return { ...decided, refusal: new Refusal('overloaded') };
    }
  }
  return decided;
}

function demandsOf(
  { match, ip }: AskedRequest,
  caller: Caller | null,
  terms: Terms | null,
): readonly BucketDemand[] {
  const own = terms?.demands ?? [];
  return match === null ? own : demandsOn(match.route, own, caller?.user.id ?? ip ?? noAddress);
}

function costOf({ cost, match }: AskedRequest): number {
  return cost ?? match?.route.cost ?? 1;
}

type Decided = Pick<Judgement, 'refusal' | 'rate' | 'quota'>;

async function decide(
  gate: KeyGate,
  asked: AskedRequest,
  { caller, terms, period, atMs }: Judgement,
  demands: readonly BucketDemand[],
): Promise<Decided> {
  const { counters, meter, snapshot } = gate;
  const { ip, match, scopes, isCounted } = asked;
  const account =
    caller === null || terms === null
      ? null
      : accountOf(caller.user.id, terms.limits, costOf(asked), period);
  const refused = (refusal: Refusal): Decided => {
    const { rate, quota } = counters.peek(demands, account);
    return { refusal, rate, quota };
  };

  if (caller !== null) {
    if (terms === null) return refused(new Refusal('not_ready'));
    const requiredScopes = [...(match?.route.requiredScopes ?? []), ...scopes];
    const refusal = checkCaller(caller, { requiredScopes }, ip ?? noAddress, atMs);
    if (refusal !== null) return refused(refusal);
  }
  if (isCounted && meter.isFull) return refused(new Refusal('overloaded'));
  const verdict = isCounted
    ? await counters.take(demands, account)
    : counters.peek(demands, account);
  const exceededStatus = snapshot.settings?.['quota.exceeded_status'];
  const refusal = refusalOfTake(verdict, { period, nowMs: atMs, exceededStatus });
  return { refusal, rate: verdict.rate, quota: verdict.quota };
}

function decisionOf(
  { counters }: KeyGate,
  asked: AskedRequest,
  { refusal, caller, terms, quota, period }: Judgement,
  demands: readonly BucketDemand[],
): Decision | null {
  if (refusal === null || caller === null) return null;
  const hasTerms = terms !== null && quota !== null;
  return explainDecision({
    code: refusal.code,
    caller,
    ip: asked.ip ?? noAddress,
    route: asked.match?.route ?? null,
    scopes: asked.scopes,
    buckets: demandedBuckets(demands, (one) => counters.peek(one, null).rate),
    quota: hasTerms
      ? { limits: terms.limits, used: quota.used, cost: costOf(asked), period }
      : null,
  });
}

/** Meters a request. @returns whether it is kept, so that the answer may leave */
function record(
  { meter }: KeyGate,
  asked: AskedRequest,
  { requestId, refusal, caller, period, atMs }: Judgement,
  { decision, startedAtMs }: { decision: Decision | null; startedAtMs: number },
): boolean {
  meter.record({
    id: requestId,
    atMs,
    userId: caller?.user.id ?? null,
    keyId: caller?.key.id ?? null,
    planId: caller?.user.planId ?? null,
    routeId: asked.match?.route.id ?? null,
    method: asked.method,
    path: asked.path.slice(0, pathCharsMax),
    status: refusal?.status ?? 200,
    refusalCode: refusal?.code ?? null,
    units: refusal === null ? costOf(asked) : 0,
    periodStart: caller === null ? null : period.start,
    bytesIn: 0,
    bytesOut: 0,
    latencyUs: Math.round((performance.now() - startedAtMs) * 1000),
    upstreamLatencyUs: null,
    ip: asked.ip,
    userAgent: asked.userAgent?.slice(0, userAgentCharsMax) ?? null,
    decision,
  });
  return meter.endTurn();
}
