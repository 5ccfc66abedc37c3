import { z } from 'zod';
import { exampleIds, exampleSecrets } from './example-ids.ts';
import { defOf } from './wire.ts';

const at = new Date('2026-11-22T12:00:00.000Z');
const id = '01a1ffd9-6de9-73cf-9836-5618d3cefc0c';

/**
 * What a field looks like in the reference: by its name, or where the same name means different things by that of the
 * object before it. What is not listed is made from its type.
 */
const fields: Readonly<Record<string, unknown>> = {
  id,
  email: 'jane@example.com',
  to: 'jane@example.com',
  'user.name': 'Jane Doe',
  'plan.name': 'Pro',
  'key.name': 'production',
  'serviceKey.name': 'nightly sync',
  'upstream.name': 'Orders API',
  'route.name': 'Orders',
  'settingView.name': 'require_email_verification',
  externalId: 'user-123',
  username: 'jane',
  firstName: 'Jane',
  lastName: 'Doe',
  status: 'active',
  suspendedReason: null,
  metadata: { company_size: '10-50' },
  stripeCustomerId: null,
  paddleCustomerId: null,
  lemonSqueezyCustomerId: null,
  slug: 'pro',
  'plan.description': 'For teams',
  priceMonthlyCents: 2900,
  currency: 'USD',
  requestsPerMonth: 100_000,
  rateLimitPerMinute: 600,
  burst: null,
  overageCentsPer1000: null,
  trialDays: 14,
  stripePriceId: null,
  paddlePriceId: null,
  lemonSqueezyVariantId: null,
  features: { support: 'e-mail' },
  userCount: 12,
  kind: 'key',
  keyId: null,
  prefix: 'ak_7Hq2',
  lastFour: 'F702',
  'key.status': 'live',
  'serviceKey.status': 'live',
  scopes: ['reports:read'],
  allowedIps: null,
  expiresAt: null,
  revokedAt: null,
  replacedBy: null,
  graceUntil: null,
  secret: exampleSecrets.key,
  url: 'https://orders.internal.example',
  connectTimeoutMs: 5000,
  responseTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  connectionsMax: 256,
  authHeaderName: 'X-Internal-Token',
  methods: ['GET'],
  host: null,
  path: '/orders/*',
  rewrite: null,
  requiredScopes: [],
  cost: 1,
  priority: 0,
  ip: '203.0.113.7',
  userAgent: 'curl/8.5.0',
  requestId: exampleIds.request,
  method: 'GET',
  endpoint: '/admin/users',
  query: null,
  statusCode: 200,
  responseTime: 12,
  value: true,
  default: false,
  description: 'New customers stay pending until they have verified their address.',
  accessToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9…',
  refreshToken: exampleSecrets.refreshToken,
  detail: 'What happened, in a sentence.',
  nextCursor: null,
  hasMore: false,
  day: '2026-11-22',
  firstDay: '2026-10-23',
  lastDay: '2026-11-22',
  label: 'jane@example.com',
  message: `User updated: ${id}`,
  service: 'UsersService',
  before: { name: 'Jane' },
  after: { name: 'Jane Doe' },
  subject: 'You are invited as moderator',
  lastError: null,
  text: 'Somebody invited you.',
  html: '<p>Somebody invited you.</p>',
  reason: 'the digest does not match',
  brokenAt: null,
  invitedBy: 'admin@example.com',
};

/** An answer that a schema describes, as it may look. @param owner the field or the noun that it stands for */
export function exampleOf(schema: z.core.$ZodType, owner: string, field = ''): unknown {
  for (const name of [`${owner}.${field}`, field]) {
    if (name in fields && z.safeParse(schema, fields[name]).success) return fields[name];
  }
  const def = defOf(schema, 'out');
  if (def.type === 'object') {
    const noun = field === '' || field === 'data' ? owner : field;
    return Object.fromEntries(
      Object.entries(def.shape).map(([name, inner]) => [name, exampleOf(inner, noun, name)]),
    );
  }
  if (def.type === 'array') return [exampleOf(def.element, owner, field)];
  if (def.type === 'record') {
    const keys = defOf(def.keyType, 'out');
    const names = keys.type === 'enum' ? Object.values(keys.entries).map(String) : [];
    return Object.fromEntries(names.map((name) => [name, exampleOf(def.valueType, field)]));
  }
  if (def.type === 'union') {
    const [first] = def.options;
    return first === undefined ? null : exampleOf(first, owner, field);
  }
  if (def.type === 'intersection') {
    const [left, right] = [def.left, def.right].map((side) => exampleOf(side, owner, field));
    return { ...Object(left), ...Object(right) };
  }
  if (def.type === 'enum') return Object.values(def.entries)[0];
  if (def.type === 'literal') return def.values[0];
  const plain = [at, id, 1, true];
  return plain.find((value) => z.safeParse(schema, value).success) ?? null;
}
