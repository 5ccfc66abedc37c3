import type { Decision, RequestForecast, Settings } from '@apigate/contract';
import {
  accountOf,
  callerOf,
  checkCaller,
  demandsOn,
  explainDecision,
  findRoute,
  guard,
  hasUnits,
  loadPlans,
  loadRoutes,
  loadSettings,
  noAddress,
  quotaPeriodAt,
  Refusal,
  refusalOfTake,
  RouteTable,
  termsOf,
  type KeyHolder,
  type PlanRecord,
  type QuotaPeriod,
  type RouteMatch,
  type Target,
} from '../gateway/index.ts';
import type { Queryable } from '../queryable.ts';
import { describeStep } from '../usage/describe-step.ts';

/** What a proxy decides by, as the database has it now. */
export interface GatewayRules {
  routes: RouteTable;
  plans: ReadonlyMap<string, PlanRecord>;
  settings: Settings;
}

/** Reads what every proxy knows within a second. */
export async function loadGatewayRules(db: Queryable): Promise<GatewayRules> {
  const plans = await loadPlans(db);
  return {
    routes: new RouteTable(await loadRoutes(db)),
    plans: new Map(plans.map((plan) => [plan.id, plan])),
    settings: await loadSettings(db),
  };
}

/** A request that nobody sends. */
export interface ImaginedRequest {
  method: string;
  /** A path, and a query if it has one. */
  target: string;
  /** In lower case. */
  host: string;
  /** Null where it is not known. */
  ip: string | null;
  /** Whose key comes with it; null for none. */
  holder: KeyHolder | null;
  at: Date;
}

/** What becomes of it, with what was found on the way. */
export interface Forecast extends RequestForecast {
  target: Target | null;
  match: RouteMatch | null;
}

/**
 * Decides on a request by the steps of the proxy, in their order: guard → route → credential → caller → rate limit →
 * quota. Nothing is sent, taken or recorded. Only the proxies know how full the buckets of the rate limits are; here
 * they are full.
 */
export function forecastRequest(rules: GatewayRules, request: ImaginedRequest): Forecast {
  const { method, target: url, host } = request;
  const target = guard({ method, url, host, hostCount: 1, expect: null });
  if (target instanceof Refusal) {
    const steps: Decision = [{ rule: 'guard', passed: false, path: null }];
    return { target: null, match: null, ...told(request, target, steps) };
  }
  const guarded: Decision[number] = { rule: 'guard', passed: true, path: target.path };
  const match = findRoute(rules.routes, method, host, target.path);
  if (match instanceof Refusal) {
    const unmatched: Decision[number] = {
      rule: 'route',
      passed: false,
      methods: [],
      host: null,
      path: null,
    };
    return { target, match: null, ...told(request, match, [guarded, unmatched]) };
  }
  const { refusal, steps } = decideOnCaller(rules, request, match);
  return { target, match, ...told(request, refusal, [guarded, ...steps]) };
}

function decideOnCaller(
  { plans, settings }: GatewayRules,
  { holder, ip, at }: ImaginedRequest,
  { route }: RouteMatch,
): { refusal: Refusal | null; steps: Decision } {
  const address = ip ?? noAddress;
  const period = quotaPeriodAt(at.getTime());
  if (holder === null) {
    const refusal = route.authRequired ? new Refusal('missing_api_key') : null;
    const buckets = demandsOn(route, [], address).map(fullBucket);
    const code = refusal?.code ?? null;
    return {
      refusal,
      steps: explainDecision({ code, caller: null, ip: address, route, buckets, quota: null }),
    };
  }
  const caller = callerOf(holder);
  const plan = plans.get(holder.user.planId);
  if (plan === undefined) return { refusal: new Refusal('not_ready'), steps: [] };
  const { limits, demands } = termsOf(caller, plan, settings, 0);
  const { cost } = route;
  const used = holder.usedUnits;
  const refusal =
    checkCaller(caller, route, address, at.getTime()) ??
    refusalOfQuota(accountOf(caller.user.id, limits, cost, period), used, period, {
      at,
      settings,
    });
  return {
    refusal,
    steps: explainDecision({
      code: refusal?.code ?? null,
      caller,
      ip: address,
      route,
      buckets: demandsOn(route, demands, caller.user.id).map(fullBucket),
      quota: { limits, used, cost, period },
    }),
  };
}

function refusalOfQuota(
  account: Parameters<typeof hasUnits>[0],
  used: number,
  period: QuotaPeriod,
  { at, settings }: { at: Date; settings: Settings },
): Refusal | null {
  const allowed = hasUnits(account, used);
  return refusalOfTake(
    { refusedBy: allowed ? null : 'quota', rate: null, quota: { ...account, allowed, used } },
    { period, nowMs: at.getTime(), exceededStatus: settings['quota.exceeded_status'] },
  );
}

function fullBucket(demand: Parameters<typeof explainDecision>[0]['buckets'][number]['demand']) {
  return { demand, remaining: demand.capacity, retryAfterMs: 0 };
}

function told({ at }: ImaginedRequest, refusal: Refusal | null, steps: Decision): RequestForecast {
  return {
    code: refusal?.code ?? null,
    status: refusal?.status ?? null,
    detail: refusal?.detail ?? 'The request would be let through.',
    steps: steps.map((step) => ({ ...step, detail: describeStep(step, { at, isForecast: true }) })),
  };
}
