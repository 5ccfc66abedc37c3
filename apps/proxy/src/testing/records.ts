import { digestApiKey, generateApiKey } from '@apigate/domain/gateway';
import type { Pool } from 'pg';
import { v7 } from 'uuid';

/** The pepper under which the tests' keys are digested. */
export const testPepper = Buffer.from('a pepper for tests, 32 bytes or more');

type Row = Record<string, unknown>;

async function insert(db: Pool, table: string, row: Row): Promise<string> {
  const names = Object.keys(row);
  const columns = names.map((name) => `"${name}"`).join(', ');
  const places = names.map((_, at) => `$${at + 1}`).join(', ');
  await db.query(`insert into "${table}" (${columns}) values (${places})`, Object.values(row));
  return String(row['id']);
}

function times(): Row {
  return { created_at: new Date(), updated_at: new Date() };
}

/** Makes a plan. @returns its id. */
export async function insertPlan(db: Pool, overrides: Row = {}): Promise<string> {
  const id = v7();
  return insert(db, 'plans', {
    id,
    slug: `plan-${id}`,
    name: `Plan ${id}`,
    price_monthly_cents: 0,
    currency: 'USD',
    requests_per_month: null,
    rate_limit_per_minute: null,
    enforcement: 'hard',
    trial_days: 0,
    is_default: false,
    enabled: true,
    features: {},
    ...times(),
    ...overrides,
  });
}

/** Makes a customer on `planId`. @returns its id. */
async function insertUser(db: Pool, planId: string, overrides: Row = {}): Promise<string> {
  const id = v7();
  return insert(db, 'users', {
    id,
    email: `${id}@example.com`,
    plan_id: planId,
    status: 'active',
    role: 'customer',
    metadata: {},
    ...times(),
    ...overrides,
  });
}

/** Makes a key of `userId`. @returns its id and its secret. */
export async function insertKey(
  db: Pool,
  userId: string,
  overrides: Row = {},
): Promise<{ id: string; secret: string }> {
  const secret = generateApiKey('ak');
  const id = await insert(db, 'keys', {
    id: v7(),
    user_id: userId,
    name: 'test',
    kind: 'key',
    prefix: secret.slice(0, 7),
    last_four: secret.slice(-4),
    digest: digestApiKey(secret, testPepper),
    scopes: [],
    enabled: true,
    created_at: new Date(),
    ...overrides,
  });
  return { id, secret };
}

/** Makes an upstream at `url`. @returns its id. */
export async function insertUpstream(db: Pool, url: string, overrides: Row = {}): Promise<string> {
  const id = v7();
  return insert(db, 'upstreams', {
    id,
    name: `upstream ${id}`,
    url,
    connect_timeout_ms: 1_000,
    response_timeout_ms: 5_000,
    idle_timeout_ms: 5_000,
    connections_max: 64,
    ...times(),
    ...overrides,
  });
}

/** Makes a route to `upstreamId`. @returns its id. */
export async function insertRoute(
  db: Pool,
  upstreamId: string,
  overrides: Row = {},
): Promise<string> {
  const id = v7();
  return insert(db, 'routes', {
    id,
    name: `route ${id}`,
    methods: [],
    path: '/*',
    upstream_id: upstreamId,
    required_scopes: [],
    auth_required: true,
    priority: 0,
    enabled: true,
    cost: 1,
    ...times(),
    ...overrides,
  });
}

/** A user with one key on a plan of its own. */
export async function insertCustomer(
  db: Pool,
  { plan = {}, user = {}, key = {} }: { plan?: Row; user?: Row; key?: Row } = {},
): Promise<{ planId: string; userId: string; keyId: string; secret: string }> {
  const planId = await insertPlan(db, plan);
  const userId = await insertUser(db, planId, user);
  const { id: keyId, secret } = await insertKey(db, userId, key);
  return { planId, userId, keyId, secret };
}
