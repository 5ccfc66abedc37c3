import type { HttpMethod, PlanEnforcement, UserStatus } from '@apigate/contract';

/** A key as the decision needs it. Times in milliseconds since 1970. */
export interface KeyRecord {
  readonly id: string;
  readonly digest: string;
  readonly scopes: readonly string[];
  readonly allowedIps: readonly string[] | null;
  readonly rateLimitPerMinute: number | null;
  readonly expiresAtMs: number | null;
  readonly enabled: boolean;
  readonly revoked: boolean;
  /** The end of a key that was replaced; null for one that was not. */
  readonly graceUntilMs: number | null;
  /** bcrypt of the secret of a `basic` credential, which its digest does not prove. */
  readonly secretHash: string | null;
}

/** A user as the decision needs it. */
export interface UserRecord {
  readonly id: string;
  readonly email: string;
  readonly status: UserStatus;
  readonly planId: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A plan as the decision needs it. Null limits are unlimited. */
export interface PlanRecord {
  readonly id: string;
  readonly slug: string;
  readonly rateLimitPerMinute: number | null;
  readonly burst: number | null;
  readonly requestsPerMonth: number | null;
  readonly enforcement: PlanEnforcement;
}

/** An API behind us, with the header that authenticates us there still sealed. */
export interface UpstreamRecord {
  readonly id: string;
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly connectionsMax: number;
  readonly authHeaderName: string | null;
  readonly authHeaderSealed: string | null;
}

/** Which requests go where, and what they need. Empty `methods` means every method. */
export interface RouteRecord {
  readonly id: string;
  readonly name: string;
  readonly methods: readonly HttpMethod[];
  readonly host: string | null;
  readonly path: string;
  readonly rewrite: string | null;
  readonly upstreamId: string;
  readonly requiredScopes: readonly string[];
  readonly authRequired: boolean;
  readonly priority: number;
  readonly cost: number;
  readonly rateLimitPerMinute: number | null;
}
