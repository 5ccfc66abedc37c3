import type { ServiceScope } from '@apigate/contract';
import type { RequiredEntityData } from '@mikro-orm/core';
import { v7 } from 'uuid';
import type { Actor } from '../access/actor.ts';
import { EmailChange } from '../auth/email-change.ts';
import type { OneTimeToken } from '../auth/one-time-token.ts';
import { issueOneTimeToken, newLinkToken } from '../auth/one-time-tokens.ts';
import { Session } from '../auth/session.ts';
import { digestRefreshToken, newRefreshToken } from '../auth/refresh-token.ts';
import { newId } from '../ids.ts';
import { Invite } from '../invites/invite.ts';
import { digestApiKey, generateApiKey, visiblePartsOfApiKey } from '../keys/api-key-format.ts';
import { digestKeyId } from '../keys/basic-credential.ts';
import { Key } from '../keys/key.ts';
import { ServiceKey } from '../keys/service-key.ts';
import { mailBodyPurpose } from '../mail/enqueue-mail.ts';
import { OutboxMail } from '../mail/outbox-mail.ts';
import { Plan } from '../plans/plan.ts';
import { Route } from '../routing/route.ts';
import { Upstream } from '../routing/upstream.ts';
import { sealSecret } from '../secret-box.ts';
import { quotaPeriodAt } from '../gateway/quota-period.ts';
import type { UsageRecord } from '../usage/usage-record.ts';
import { User } from '../users/user.ts';
import { View } from '../views/view.ts';
import { testNow, testSecrets, type TestDomain } from './test-domain.ts';

let made = 0;

/** A number that no other call of this run gets, for names that must differ. */
function nextNumber(): number {
  made += 1;
  return made;
}

/** Stores a plan: 60 requests a minute, 1,000 a month, hard. */
export async function buildPlan(
  { orm }: TestDomain,
  overrides: Partial<RequiredEntityData<Plan>> = {},
): Promise<Plan> {
  const em = orm.em.fork();
  const number = nextNumber();
  const plan = em.create(Plan, {
    id: newId(),
    slug: `plan-${number}`,
    name: `Plan ${number}`,
    priceMonthlyCents: 0,
    currency: 'USD',
    requestsPerMonth: 1000,
    rateLimitPerMinute: 60,
    enforcement: 'hard',
    trialDays: 0,
    isDefault: false,
    enabled: true,
    features: {},
    createdAt: testNow,
    updatedAt: testNow,
    ...overrides,
  });
  await em.flush();
  return plan;
}

/** Stores a user, an active customer, on a plan of its own unless one is given. */
export async function buildUser(
  domain: TestDomain,
  overrides: Partial<RequiredEntityData<User>> & { password?: string } = {},
): Promise<User> {
  const { password, ...fields } = overrides;
  const em = domain.orm.em.fork();
  const user = em.create(User, {
    id: newId(),
    email: `user-${nextNumber()}@example.com`,
    status: 'active',
    role: 'customer',
    metadata: {},
    createdAt: testNow,
    updatedAt: testNow,
    plan: fields.plan ?? (await buildPlan(domain)).id,
    ...fields,
    ...(password === undefined ? {} : { passwordHash: await domain.passwords.hash(password) }),
  });
  await em.flush();
  return user;
}

/** Stores a live key, and tells its secret. */
export async function buildKey(
  domain: TestDomain,
  overrides: Partial<RequiredEntityData<Key>> = {},
): Promise<{ key: Key; secret: string }> {
  const em = domain.orm.em.fork();
  const secret = generateApiKey('ak');
  const key = em.create(Key, {
    id: newId(),
    user: overrides.user ?? (await buildUser(domain)).id,
    name: `key ${nextNumber()}`,
    kind: 'key',
    ...visiblePartsOfApiKey(secret),
    digest: digestApiKey(secret, testSecrets.keyPepper),
    scopes: [],
    enabled: true,
    createdAt: testNow,
    ...overrides,
  });
  await em.flush();
  return { key, secret };
}

/** Stores a live credential of the kind `basic`, and tells what `X-API-Key` takes. */
export async function buildBasicKey(
  domain: TestDomain,
  overrides: { keyId?: string; keySecret?: string; user?: string } = {},
): Promise<{ key: Key; secret: string }> {
  const { keyId = `key-id-${nextNumber()}`, keySecret = 'a-chosen-secret', ...fields } = overrides;
  const { key } = await buildKey(domain, {
    kind: 'basic',
    prefix: keyId,
    lastFour: '',
    digest: digestKeyId(keyId, testSecrets.keyPepper),
    secretHash: await domain.passwords.hash(keySecret),
    ...fields,
    keyId,
  });
  return { key, secret: `${keyId}:${keySecret}` };
}

/** Stores a key that is being replaced until a day from now, with its successor. */
export async function buildRotation(
  domain: TestDomain,
  overrides: Partial<RequiredEntityData<Key>> = {},
): Promise<{ old: Key; successor: Key }> {
  const { key: successor } = await buildKey(domain, overrides);
  const graceUntil = new Date(Date.now() + 86_400_000);
  const replacedBy = successor.id;
  const { key: old } = await buildKey(domain, { ...overrides, replacedBy, graceUntil });
  return { old, successor };
}

/** Stores a service key, and tells its secret. */
export async function buildServiceKey(
  domain: TestDomain,
  scopes: ServiceScope[],
  overrides: Partial<RequiredEntityData<ServiceKey>> = {},
): Promise<{ serviceKey: ServiceKey; secret: string }> {
  const em = domain.orm.em.fork();
  const secret = generateApiKey('sk');
  const serviceKey = em.create(ServiceKey, {
    id: newId(),
    name: `service key ${nextNumber()}`,
    ...visiblePartsOfApiKey(secret),
    digest: digestApiKey(secret, testSecrets.keyPepper),
    scopes,
    createdAt: testNow,
    ...overrides,
  });
  await em.flush();
  return { serviceKey, secret };
}

/** Stores an upstream. */
export async function buildUpstream(
  { orm }: TestDomain,
  overrides: Partial<RequiredEntityData<Upstream>> = {},
): Promise<Upstream> {
  const em = orm.em.fork();
  const upstream = em.create(Upstream, {
    id: newId(),
    name: `upstream ${nextNumber()}`,
    url: 'http://upstream.test',
    connectTimeoutMs: 5000,
    responseTimeoutMs: 30_000,
    idleTimeoutMs: 60_000,
    connectionsMax: 256,
    createdAt: testNow,
    updatedAt: testNow,
    ...overrides,
  });
  await em.flush();
  return upstream;
}

/** Stores a route for every request, to an upstream of its own unless one is given. */
export async function buildRoute(
  domain: TestDomain,
  overrides: Partial<RequiredEntityData<Route>> = {},
): Promise<Route> {
  const em = domain.orm.em.fork();
  const route = em.create(Route, {
    id: newId(),
    name: `route ${nextNumber()}`,
    methods: [],
    path: '/*',
    upstream: overrides.upstream ?? (await buildUpstream(domain)).id,
    requiredScopes: [],
    authRequired: true,
    priority: 0,
    enabled: true,
    cost: 1,
    createdAt: testNow,
    updatedAt: testNow,
    ...overrides,
  });
  await em.flush();
  return route;
}

/** Stores a session of `user`, and tells its refresh token. */
export async function buildSession(
  { orm }: TestDomain,
  user: User,
  overrides: Partial<RequiredEntityData<Session>> = {},
): Promise<{ session: Session; refreshToken: string }> {
  const em = orm.em.fork();
  const id = newId();
  const refreshToken = newRefreshToken(testSecrets, id);
  const session = em.create(Session, {
    id,
    user: user.id,
    refreshDigest: digestRefreshToken(refreshToken),
    rotatedAt: testNow,
    expiresAt: new Date(testNow.getTime() + 30 * 86_400_000),
    createdAt: testNow,
    ...overrides,
  });
  await em.flush();
  return { session, refreshToken };
}

/** Stores the token of a link that was mailed to `user`, and tells it. */
export function buildLink(
  { orm }: TestDomain,
  purpose: OneTimeToken['purpose'],
  user: User,
  email = user.email,
): Promise<string> {
  const em = orm.em.fork();
  return issueOneTimeToken(
    em,
    purpose,
    { user: em.getReference(User, user.id), email },
    new Date(),
  );
}

/** Stores the wish of `user` to move to another address, and tells the token that was mailed there. */
export async function buildEmailChange(domain: TestDomain, user: User): Promise<string> {
  const em = domain.orm.em.fork();
  const newEmail = `moved-${nextNumber()}@example.com`;
  em.create(EmailChange, { user: user.id, newEmail, createdAt: testNow });
  await em.flush();
  return buildLink(domain, 'change_email_new', user, newEmail);
}

/** Stores an invitation that is good for two days, and tells the token of its link. */
export async function buildInvite(
  { orm }: TestDomain,
  overrides: Partial<RequiredEntityData<Invite>> = {},
): Promise<{ invite: Invite; token: string }> {
  const em = orm.em.fork();
  const { token, digest } = newLinkToken();
  const invite = em.create(Invite, {
    id: newId(),
    email: `invited-${nextNumber()}@example.com`,
    role: 'moderator',
    digest,
    createdAt: new Date(),
    expiresAt: new Date(Date.now() + 2 * 86_400_000),
    ...overrides,
  });
  await em.flush();
  return { invite, token };
}

/** Stores a mail that waits in the outbox because there is no mail server. */
export async function buildMail(
  { orm }: TestDomain,
  overrides: Partial<RequiredEntityData<OutboxMail>> = {},
): Promise<OutboxMail> {
  const em = orm.em.fork();
  const mail = em.create(OutboxMail, {
    id: newId(),
    to: `reader-${nextNumber()}@example.com`,
    template: 'welcome',
    subject: 'Welcome',
    bodySealed: sealSecret(
      testSecrets.encryptionKey,
      mailBodyPurpose,
      JSON.stringify({ text: 'Hello', html: '<p>Hello</p>' }),
    ),
    status: 'kept',
    attempts: 0,
    nextAttemptAt: testNow,
    createdAt: testNow,
    ...overrides,
  });
  await em.flush();
  return mail;
}

/** `user` as the one who calls. */
export function actorOf(user: User): Actor & { kind: 'user' } {
  return {
    kind: 'user',
    id: user.id,
    role: user.role,
    sessionId: newId(),
    mustEnrolSecondFactor: false,
  };
}

/** A service key as the one who calls. */
export function serviceActor(...scopes: ServiceScope[]): Actor & { kind: 'service' } {
  return { kind: 'service', id: newId(), name: 'test', scopes };
}

/** What the proxy metered: a request that was answered with 200 and cost one unit. */
export function buildUsageRecord(overrides: Partial<UsageRecord> = {}): UsageRecord {
  const atMs = overrides.atMs ?? testNow.getTime();
  return {
    id: v7({ msecs: atMs }),
    atMs,
    userId: null,
    keyId: null,
    planId: null,
    routeId: null,
    method: 'GET',
    path: '/v1/things',
    status: 200,
    refusalCode: null,
    units: 1,
    periodStart: overrides.userId == null ? null : quotaPeriodAt(atMs).start,
    bytesIn: 10,
    bytesOut: 200,
    latencyUs: 1500,
    upstreamLatencyUs: 1200,
    ip: '198.51.100.4',
    userAgent: 'curl/8',
    decision: null,
    ...overrides,
  };
}

/** What makes a usage record that of a refusal: the key was disabled. */
export function buildRefusal(): Pick<
  UsageRecord,
  'status' | 'refusalCode' | 'units' | 'upstreamLatencyUs' | 'decision'
> {
  return {
    status: 401,
    refusalCode: 'key_disabled',
    units: 0,
    upstreamLatencyUs: null,
    decision: [
      { rule: 'route', passed: true, methods: [], host: null, path: '/v1/*' },
      { rule: 'credential', passed: true },
      {
        rule: 'key',
        passed: false,
        revoked: false,
        graceUntil: null,
        expiresAt: null,
        enabled: false,
      },
    ],
  };
}

/** Stores a view of the users list, shared unless an owner is given. */
export async function buildView(
  { orm }: TestDomain,
  overrides: Partial<RequiredEntityData<View>> = {},
): Promise<View> {
  const em = orm.em.fork();
  const view = em.create(View, {
    id: newId(),
    list: 'users',
    name: `view ${nextNumber()}`,
    search: 'plan=pro',
    owner: null,
    createdAt: testNow,
    updatedAt: testNow,
    ...overrides,
  });
  await em.flush();
  return view;
}
