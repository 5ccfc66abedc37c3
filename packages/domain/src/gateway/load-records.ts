import type { Queryable } from '../queryable.ts';
import type { KeyRecord, PlanRecord, RouteRecord, UpstreamRecord, UserRecord } from './records.ts';

/** What one indexed query brings when a key is used for the first time. */
export interface KeyHolder {
  key: KeyRecord;
  user: UserRecord;
  /** Units used in the period that was asked for. */
  usedUnits: number;
}

/** A user with the units used in the period that was asked for. */
export interface CountedUser {
  user: UserRecord;
  usedUnits: number;
}

const milliseconds = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`;
const userColumns = `u.id as "userId", u.email, u.status, u.plan_id as "planId", u.metadata,
  coalesce(q.units, 0)::float8 as "usedUnits"`;

interface UserRow {
  userId: string;
  email: string;
  status: UserRecord['status'];
  planId: string;
  metadata: Record<string, string>;
  usedUnits: number;
}

interface KeyRow extends UserRow {
  id: string;
  scopes: string[];
  allowedIps: string[] | null;
  rateLimitPerMinute: number | null;
  expiresAtMs: number | null;
  enabled: boolean;
  revoked: boolean;
  graceUntilMs: number | null;
  secretHash: string | null;
}

/** One object for all that have none; a hundred thousand keys are held in memory. */
const noScopes: readonly string[] = [];
const noMetadata: Readonly<Record<string, string>> = {};

const planIds = new Map<string, string>();
const planIdsMax = 1_000;

/** The same string for the same plan. */
function samePlanId(id: string): string {
  const known = planIds.get(id);
  if (known !== undefined) return known;
  if (planIds.size >= planIdsMax) planIds.clear();
  planIds.set(id, id);
  return id;
}

function userFromRow(row: UserRow): UserRecord {
  const { userId, email, status, planId, metadata } = row;
  return {
    id: userId,
    email,
    status,
    planId: samePlanId(planId),
    metadata: Object.keys(metadata).length === 0 ? noMetadata : metadata,
  };
}

/**
 * Finds a key by its digest, with its user.
 *
 * @param periodStart first day of the quota period to count in, `2026-11-01`.
 * @returns null when there is no such key.
 */
export async function loadKeyHolder(
  db: Queryable,
  digest: string,
  periodStart: string,
): Promise<KeyHolder | null> {
  const { rows } = await db.query<KeyRow>(
    `select k.id, k.scopes, k.allowed_ips as "allowedIps", k.rate_limit_per_minute::float8 as "rateLimitPerMinute",
      ${milliseconds('k.expires_at')} as "expiresAtMs", k.enabled, k.revoked_at is not null as revoked,
      ${milliseconds('k.grace_until')} as "graceUntilMs", k.secret_hash as "secretHash", ${userColumns}
    from keys k
    join users u on u.id = k.user_id
    left join quota_periods q on q.user_id = u.id and q.period_start = $2
    where k.digest = $1`,
    [digest, periodStart],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { id, scopes, allowedIps, rateLimitPerMinute, expiresAtMs, enabled, revoked } = row;
  const { graceUntilMs, secretHash } = row;
  return {
    key: {
      id,
      digest,
      scopes: scopes.length === 0 ? noScopes : scopes,
      allowedIps,
      rateLimitPerMinute,
      expiresAtMs,
      enabled,
      revoked,
      graceUntilMs,
      secretHash,
    },
    user: userFromRow(row),
    usedUnits: row.usedUnits,
  };
}

/** The users among `ids` that exist, as they are now. */
export async function loadUsers(
  db: Queryable,
  ids: readonly string[],
  periodStart: string,
): Promise<CountedUser[]> {
  const { rows } = await db.query<UserRow>(
    `select ${userColumns} from users u
    left join quota_periods q on q.user_id = u.id and q.period_start = $2
    where u.id = any($1::uuid[])`,
    [ids, periodStart],
  );
  return rows.map((row) => ({ user: userFromRow(row), usedUnits: row.usedUnits }));
}

/** Every plan, the disabled ones included: their users keep their limits. */
export async function loadPlans(db: Queryable): Promise<PlanRecord[]> {
  const { rows } = await db.query<PlanRecord>(
    `select id, slug, rate_limit_per_minute::float8 as "rateLimitPerMinute", burst,
      requests_per_month::float8 as "requestsPerMonth", enforcement from plans`,
  );
  return rows;
}

/** The routes in force; with `enabled` false, those that are not. */
export async function loadRoutes(db: Queryable, enabled = true): Promise<RouteRecord[]> {
  const { rows } = await db.query<RouteRecord>(
    `select id, name, methods, host, path, rewrite, upstream_id as "upstreamId", required_scopes as "requiredScopes",
      auth_required as "authRequired", priority, cost, rate_limit_per_minute::float8 as "rateLimitPerMinute"
    from routes where enabled = $1`,
    [enabled],
  );
  return rows;
}

/** Every upstream. */
export async function loadUpstreams(db: Queryable): Promise<UpstreamRecord[]> {
  const { rows } = await db.query<UpstreamRecord>(
    `select id, url, connect_timeout_ms as "connectTimeoutMs", response_timeout_ms as "responseTimeoutMs",
      idle_timeout_ms as "idleTimeoutMs", connections_max as "connectionsMax",
      auth_header_name as "authHeaderName", auth_header_value as "authHeaderSealed" from upstreams`,
  );
  return rows;
}
