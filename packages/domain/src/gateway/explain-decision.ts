import type { Decision, DecisionStep, RefusalCode } from '@apigate/contract';
import type { Caller } from './callers.ts';
import { refusalOfScopes } from './checks.ts';
import type { Limits } from './limits.ts';
import type { QuotaPeriod } from './quota-period.ts';
import type { RouteRecord } from './records.ts';
import type { BucketDemand, BucketVerdict } from './counters/counters.ts';

type Rule = DecisionStep['rule'];

/** A decided request, with what the steps found out about it. */
export interface DecidedRequest {
  /** Null when it was let through. */
  code: RefusalCode | null;
  /** Null where the route takes requests without a key. */
  caller: Pick<Caller, 'key' | 'user'> | null;
  ip: string;
  /** Null where no route was asked for. */
  route: Pick<RouteRecord, 'methods' | 'host' | 'path' | 'requiredScopes'> | null;
  /** Scopes that were asked for beside those of the route. */
  scopes?: readonly string[];
  /** The buckets that it must find a token in, as they stand. */
  buckets: readonly DemandedBucket[];
  /** Null where the terms of the caller are not known. */
  quota: { limits: Limits; used: number; cost: number; period: QuotaPeriod } | null;
}

/** One demanded bucket, and what it holds. */
export interface DemandedBucket {
  demand: BucketDemand;
  remaining: number;
  retryAfterMs: number;
}

/** The rule behind each refusal. Those that are missing here come before the key is known, or after it was let through. */
const ruleOf: Partial<Record<RefusalCode, Rule>> = {
  missing_api_key: 'credential',
  key_revoked: 'key',
  key_expired: 'key',
  key_disabled: 'key',
  user_suspended: 'user',
  ip_not_allowed: 'ip',
  insufficient_scope: 'scopes',
  rate_limited: 'rate_limit',
  quota_exceeded: 'quota',
};

/** What each of the demanded buckets holds. @param peek tells of buckets without taking from them. */
export function demandedBuckets(
  demands: readonly BucketDemand[],
  peek: (demands: readonly BucketDemand[]) => BucketVerdict | null,
): DemandedBucket[] {
  return demands.flatMap((demand) => {
    const verdict = peek([demand]);
    if (verdict === null) return [];
    const msPerToken = 60_000 / demand.perMinute;
    const untilTokenMs = verdict.fullAfterMs - (demand.capacity - 1) * msPerToken;
    const retryAfterMs = verdict.remaining > 0 ? 0 : Math.max(1, Math.ceil(untilTokenMs));
    return [{ demand, remaining: verdict.remaining, retryAfterMs }];
  });
}

/** Writes down each rule in the order in which it was looked at, up to the one that refused. */
export function explainDecision(decided: DecidedRequest): Decision {
  const steps = everyStep(decided);
  if (decided.code === null) return steps;
  const decisive = ruleOf[decided.code] ?? 'forward';
  const end = steps.findLastIndex(({ rule }) => rule === decisive);
  const fewest = Math.min(...decided.buckets.map(({ remaining }) => remaining));
  return steps.slice(0, end + 1).map((step) => {
    // Of several buckets it is the emptiest that refuses.
    const isFuller = step.rule === 'rate_limit' && step.remaining > fewest;
    return step.rule === decisive && !isFuller ? { ...step, passed: false } : step;
  });
}

/** All rules as if all had let the request through. */
function everyStep({ code, caller, ip, route, scopes = [], buckets, quota }: DecidedRequest) {
  const passed = true;
  const steps: Decision = [];
  if (route !== null) {
    const { methods, host, path } = route;
    steps.push({ rule: 'route', passed, methods: [...methods], host, path });
  }
  if (caller !== null) {
    steps.push(...stepsOfCaller(caller, ip, [...(route?.requiredScopes ?? []), ...scopes]));
  } else if (code === 'missing_api_key') {
    steps.push({ rule: 'credential', passed });
  }
  for (const { demand, remaining, retryAfterMs } of buckets) {
    const { id, perMinute, capacity } = demand;
    const bucket = bucketOf(id);
    steps.push({
      rule: 'rate_limit',
      passed,
      bucket,
      perMinute,
      capacity,
      remaining,
      retryAfterMs,
    });
  }
  if (quota !== null) {
    const { limits, used, cost, period } = quota;
    const { requestsPerMonth: limit, enforcement } = limits;
    const periodEnd = new Date(period.endMs);
    steps.push({ rule: 'quota', passed, limit, used, cost, enforcement, periodEnd });
  }
  steps.push({ rule: 'forward', passed, code });
  return steps;
}

function stepsOfCaller(
  { key, user }: Pick<Caller, 'key' | 'user'>,
  ip: string,
  required: string[],
): Decision {
  const passed = true;
  const timeOf = (ms: number | null) => (ms === null ? null : new Date(ms));
  return [
    { rule: 'credential', passed },
    {
      rule: 'key',
      passed,
      revoked: key.revoked,
      graceUntil: timeOf(key.graceUntilMs),
      expiresAt: timeOf(key.expiresAtMs),
      enabled: key.enabled,
    },
    { rule: 'user', passed, status: user.status },
    { rule: 'ip', passed, ip, allowed: key.allowedIps === null ? null : [...key.allowedIps] },
    {
      rule: 'scopes',
      passed,
      required,
      held: [...key.scopes],
      missing: required.filter((scope) => refusalOfScopes(key.scopes, [scope]) !== null),
    },
  ];
}

function bucketOf(id: string): (DecisionStep & { rule: 'rate_limit' })['bucket'] {
  const letters = { u: 'user', k: 'key', l: 'key_limit', r: 'route' } as const;
  const letter = id.charAt(0);
  return letter === 'u' || letter === 'k' || letter === 'l' ? letters[letter] : letters.r;
}
