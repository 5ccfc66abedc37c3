import type { PlanEnforcement, Settings } from '@apigate/contract';
import type { UserRecord } from './records.ts';

/** What binds a user now. Null is unlimited. */
export interface Limits {
  rateLimitPerMinute: number | null;
  burst: number | null;
  requestsPerMonth: number | null;
  enforcement: PlanEnforcement;
}

/** A plan as it comes from SQL or from the ORM, which leaves out what is null as it likes. */
type PlanLimits = { readonly [Name in keyof Limits]?: Limits[Name] | undefined } & {
  readonly enforcement: PlanEnforcement;
};

function tighter(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}

/** The limits of a user: those of the plan, and while the user is pending also those of the settings. */
export function limitsOf(
  user: Pick<UserRecord, 'status'>,
  plan: PlanLimits,
  settings: Settings,
): Limits {
  const { rateLimitPerMinute = null, burst = null, requestsPerMonth = null, enforcement } = plan;
  if (user.status !== 'pending') {
    return { rateLimitPerMinute, burst, requestsPerMonth, enforcement };
  }
  const perMinute = settings['pending.rate_limit_per_minute'];
  return {
    rateLimitPerMinute: tighter(rateLimitPerMinute, perMinute),
    burst: burst === null ? null : Math.min(burst, perMinute),
    requestsPerMonth: tighter(requestsPerMonth, settings['pending.requests_per_month']),
    enforcement: 'hard',
  };
}
