import type { Settings } from '@apigate/contract';
import { userHeadersOf } from './identity-headers.ts';
import { limitsOf, type Limits } from './limits.ts';
import type { KeyRecord, PlanRecord, UserRecord } from './records.ts';
import type { BucketDemand } from './counters/counters.ts';

/** What plan and settings make of a caller, worked out once for many requests. */
export interface Terms {
  /** The state of plans and settings that this was worked out from. */
  readonly generation: number;
  readonly planSlug: string;
  readonly limits: Limits;
  /** The buckets that every request of the caller must find a token in. */
  readonly demands: readonly BucketDemand[];
  /** What the upstream is told of the user beside the ids, as a flat list of names and values. */
  readonly userHeaders: readonly string[];
}

/** Works out the terms of a caller. */
export function termsOf(
  { key, user }: { key: KeyRecord; user: UserRecord },
  plan: PlanRecord,
  settings: Settings,
  generation: number,
): Terms {
  // What a plan grants is one object for all its users: a hundred thousand of them are held in memory.
  const limits = user.status === 'pending' ? limitsOf(user, plan, settings) : plan;
  const demands: BucketDemand[] = [];
  if (limits.rateLimitPerMinute !== null) {
    const isPerKey = settings['ratelimit.scope'] === 'key';
    demands.push({
      id: isPerKey ? `k:${key.id}` : `u:${user.id}`,
      perMinute: limits.rateLimitPerMinute,
      capacity: limits.burst ?? limits.rateLimitPerMinute,
    });
  }
  if (key.rateLimitPerMinute !== null) {
    const perMinute = key.rateLimitPerMinute;
    demands.push({ id: `l:${key.id}`, perMinute, capacity: perMinute });
  }
  const userHeaders = userHeadersOf(user, settings['proxy.forward_email']);
  // What was grown by pushing has room for many more; a copy has not.
  return { generation, planSlug: plan.slug, limits, demands: demands.slice(), userHeaders };
}

/** Whether the terms of a key are those of every key of its user that has no limit of its own. */
export function isBoundAsUser(key: KeyRecord, settings: Settings): boolean {
  return key.rateLimitPerMinute === null && settings['ratelimit.scope'] === 'user';
}
