import { errorData, type ServiceScope, serviceScopes } from '@apigate/contract';
import { newId, type User } from '@apigate/domain';
import {
  buildEmailChange,
  buildInvite,
  buildKey,
  buildLink,
  buildMail,
  buildPlan,
  buildRefusal,
  buildRotation,
  buildRoute,
  buildServiceKey,
  buildSession,
  buildUpstream,
  buildUsageRecord,
  buildUser,
  buildView,
} from '@apigate/domain/testing';
import { ingestUsage } from '@apigate/domain/gateway';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSessionOf } from '../testing/access-tokens.ts';
import { callApi } from '../testing/call-api.ts';
import { expectClean, secretsIn } from '../testing/clean-answers.ts';
import { operations } from '../rest/operations/index.ts';
import { answerTo, buildExampleWorld, requestOf } from '../testing/example-world.ts';
import { allProcedures } from '../testing/procedures.ts';
import { startTestApi, testPassword, type TestApi } from '../testing/test-api.ts';
import { totpCode } from '../testing/totp-code.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const callerNames = [
  'nobody',
  'a customer',
  'a moderator',
  'an admin',
  'a suspended user',
  'an expired session',
  'a service key without the scope',
  'a service key with it',
  'a key of a customer',
] as const;
type CallerName = (typeof callerNames)[number];

/** Whose thing an input names: the caller's, a customer's, an admin's, nobody's; or something that is no id at all. */
const targets = ['own', 'foreign', 'staff', 'random', 'malformed'] as const;
type Target = (typeof targets)[number];

type Reach = 'none' | 'own' | 'customers' | 'any';

/** Who may do something: customer, moderator, admin, and the scope that a service key needs. */
interface Permission {
  roles: readonly [Reach, Reach, Reach];
  /** `person` means that no service key will do, whatever its scopes. */
  scope: ServiceScope | 'person';
  /** True where a service key without `admin` has no say over the staff. */
  sparesStaff?: boolean;
}

type Thing =
  | 'user'
  | 'key'
  | 'rotation'
  | 'service key'
  | 'session'
  | 'plan'
  | 'route'
  | 'upstream'
  | 'invite'
  | 'mail'
  | 'event'
  | 'request'
  | 'setting'
  | 'view';

interface Row {
  may: Permission | 'everybody' | 'whoever is known';
  /** What the input names, if anything. */
  thing?: Thing;
  /** Who may know that the thing exists; to all others it is not found. Left out: a refusal comes before any look. */
  knows?: Permission;
  /** True where who may do it to nothing at all is refused before any look. */
  asksFirst?: boolean;
  /** True for what nobody does to themselves. */
  sparesSelf?: boolean;
  input?: (id: string, caller: Caller) => unknown;
  /** Status of a success. */
  success?: number;
}

interface Caller {
  name: CallerName;
  user: User;
  token: string | undefined;
}

const admins = (scope: Permission['scope']): Permission => ({
  roles: ['none', 'none', 'any'],
  scope,
});
const readsUsers: Permission = { roles: ['own', 'any', 'any'], scope: 'users:read' };
const readsKeys: Permission = { roles: ['own', 'any', 'any'], scope: 'keys:read' };
const readsUsage: Permission = { roles: ['own', 'any', 'any'], scope: 'usage:read' };
const ownSessions: Permission = { roles: ['own', 'own', 'any'], scope: 'admin' };
const ownKeys: Permission = {
  roles: ['own', 'own', 'any'],
  scope: 'keys:write',
  sparesStaff: true,
};
const staffOnCustomers: Permission = {
  roles: ['none', 'customers', 'any'],
  scope: 'users:write',
  sparesStaff: true,
};
const people: Permission = { roles: ['any', 'any', 'any'], scope: 'person' };

let made = 0;
const fresh = (noun: string) => `${noun}-${(made += 1)}`;
const person = () => buildUser(api.domain, { plan: plan(), password: testPassword });
const plan = () => api.users.admin.plan.id;
const goodPassword = 'harbour quilt juniper walnut';
const session = async () => (await startSessionOf(api.domain, await person())).refreshToken;

/** Sets up a second factor for the caller, if it is one who can, and tells a code of it that is still good. */
async function code({ token }: Caller, confirm: boolean): Promise<string> {
  if (token === undefined) return '000000';
  const { data } = await callApi(
    api,
    'security.beginTotp',
    { currentPassword: testPassword },
    { token },
  );
  const secret: unknown = Reflect.get(Object(data), 'secret');
  if (typeof secret !== 'string') return '000000';
  if (confirm) {
    await callApi(api, 'security.confirmTotp', { code: totpCode(secret, 0) }, { token });
  }
  return totpCode(secret, confirm ? 1 : 0);
}

/** Moderators know the shared views and change their own. */
const changesViews: Row = {
  may: { roles: ['none', 'own', 'any'], scope: 'admin' },
  thing: 'view',
  knows: { roles: ['none', 'any', 'any'], scope: 'admin' },
  asksFirst: true,
};

/** A call about the usage of one user. */
const ofAUsage: Row = {
  may: readsUsage,
  thing: 'user',
  knows: readsUsers,
  asksFirst: true,
  input: (user) => ({ user }),
};

const rows: Record<string, Row> = {
  'alerts.get': ofAUsage,
  'alerts.update': {
    may: { roles: ['own', 'own', 'any'], scope: 'users:write' },
    thing: 'user',
    knows: readsUsers,
    asksFirst: true,
    input: (user) => ({ user, quotaPercents: [50] }),
  },
  'audit.access': { may: admins('audit:read'), input: () => ({}) },
  'audit.get': { may: admins('audit:read'), thing: 'event', input: (event) => ({ event }) },
  'audit.list': { may: admins('audit:read'), input: () => ({}) },
  'audit.verify': { may: admins('audit:read') },
  'analytics.keys': ofAUsage,
  'analytics.overview': ofAUsage,
  'analytics.routes': ofAUsage,
  'analytics.timeseries': ofAUsage,
  'analytics.users': {
    may: { roles: ['none', 'any', 'any'], scope: 'usage:read' },
    input: () => ({}),
  },
  'auth.forgotPassword': {
    may: 'everybody',
    input: async () => ({ email: (await person()).email }),
  },
  'auth.instance': { may: 'everybody' },
  'auth.me': { may: 'whoever is known' },
  'auth.refresh': { may: 'everybody', input: async () => ({ refreshToken: await session() }) },
  'auth.register': {
    may: 'everybody',
    input: () => ({ email: `${fresh('new')}@example.com`, password: goodPassword }),
  },
  'auth.resendVerification': {
    may: 'everybody',
    input: async () => ({ email: (await person()).email }),
  },
  'auth.resetPassword': {
    may: 'everybody',
    input: async () => ({
      token: await buildLink(api.domain, 'reset_password', await person()),
      password: goodPassword,
    }),
  },
  'auth.signIn': {
    may: 'everybody',
    input: async () => ({ email: (await person()).email, password: testPassword }),
  },
  'auth.signOut': { may: 'everybody', input: async () => ({ refreshToken: await session() }) },
  'auth.verifyEmail': {
    may: 'everybody',
    input: async () => ({ token: await buildLink(api.domain, 'verify_email', await person()) }),
  },
  'invites.accept': {
    may: 'everybody',
    input: async () => ({ token: (await buildInvite(api.domain)).token, password: goodPassword }),
  },
  'invites.create': {
    may: admins('admin'),
    input: () => ({ email: `${fresh('staff')}@example.com`, role: 'moderator' }),
  },
  'invites.list': { may: admins('admin'), input: () => ({}) },
  'invites.offer': {
    may: 'everybody',
    input: async () => ({ token: (await buildInvite(api.domain)).token }),
  },
  'invites.revoke': { may: admins('admin'), thing: 'invite', input: (invite) => ({ invite }) },
  'keys.create': {
    may: ownKeys,
    thing: 'user',
    knows: readsKeys,
    asksFirst: true,
    input: (user) => ({ user, name: 'x' }),
  },
  'keys.get': { may: readsKeys, thing: 'key', knows: readsKeys, input: (key) => ({ key }) },
  'keys.list': {
    may: readsKeys,
    thing: 'user',
    knows: readsKeys,
    asksFirst: true,
    input: (user) => ({ user }),
  },
  'keys.revoke': {
    may: { roles: ['own', 'customers', 'any'], scope: 'keys:write', sparesStaff: true },
    thing: 'key',
    knows: readsKeys,
    input: (key) => ({ key }),
  },
  'keys.cancelRotation': {
    may: ownKeys,
    thing: 'rotation',
    knows: readsKeys,
    input: (key) => ({ key }),
  },
  'keys.finishRotation': {
    may: ownKeys,
    thing: 'rotation',
    knows: readsKeys,
    input: (key) => ({ key }),
  },
  'keys.rotate': { may: ownKeys, thing: 'key', knows: readsKeys, input: (key) => ({ key }) },
  'keys.rotation': {
    may: readsUsage,
    thing: 'rotation',
    knows: readsKeys,
    input: (key) => ({ key }),
  },
  'keys.scopes': { may: { roles: ['any', 'any', 'any'], scope: 'keys:read' } },
  'keys.update': {
    may: ownKeys,
    thing: 'key',
    knows: readsKeys,
    input: (key) => ({ key, name: 'x' }),
  },
  'mails.get': { may: admins('admin'), thing: 'mail', input: (mail) => ({ mail }) },
  'mails.list': { may: admins('admin'), input: () => ({}) },
  'mails.retry': { may: admins('admin'), thing: 'mail', input: (mail) => ({ mail }) },
  'plans.choose': { may: people, thing: 'plan', input: (id) => ({ plan: id }) },
  'plans.create': { may: admins('plans:write'), input: () => ({ name: fresh('plan made') }) },
  'plans.delete': { may: admins('plans:write'), thing: 'plan', input: (id) => ({ plan: id }) },
  'plans.effect': { may: admins('admin'), thing: 'plan', input: (id) => ({ plan: id }) },
  'plans.get': {
    may: { roles: ['any', 'any', 'any'], scope: 'plans:read' },
    thing: 'plan',
    input: (id) => ({ plan: id }),
  },
  'plans.list': { may: { roles: ['any', 'any', 'any'], scope: 'plans:read' }, input: () => ({}) },
  'plans.update': {
    may: admins('plans:write'),
    thing: 'plan',
    input: (id) => ({ plan: id, burst: 3 }),
  },
  'reference.fetch': {
    may: admins('routes:write'),
    input: () => ({ url: 'http://127.0.0.1:1/' }),
    // Nobody is there.
    success: 400,
  },
  'reference.get': { may: { roles: ['any', 'any', 'any'], scope: 'routes:read' } },
  'reference.remove': { may: admins('routes:write') },
  'reference.source': { may: admins('routes:write') },
  'routes.create': {
    may: admins('routes:write'),
    thing: 'upstream',
    input: (upstream) => ({ upstream, name: fresh('route made'), path: '/x' }),
  },
  'routes.delete': { may: admins('routes:write'), thing: 'route', input: (route) => ({ route }) },
  'routes.get': { may: admins('routes:read'), thing: 'route', input: (route) => ({ route }) },
  'routes.list': { may: admins('routes:read'), input: () => ({}) },
  'routes.test': { may: admins('routes:read'), input: () => ({ path: '/x' }) },
  'routes.update': {
    may: admins('routes:write'),
    thing: 'route',
    input: (route) => ({ route, path: '/y' }),
  },
  'search.find': { may: 'whoever is known', input: () => ({ q: 'example' }) },
  'security.beginTotp': { may: people, input: () => ({ currentPassword: testPassword }) },
  'security.changeEmail': {
    may: people,
    input: () => ({ currentPassword: testPassword, newEmail: `${fresh('moved')}@example.com` }),
  },
  'security.changePassword': {
    may: people,
    input: () => ({ currentPassword: testPassword, newPassword: goodPassword }),
  },
  'security.confirmEmailChange': {
    may: 'everybody',
    input: async () => ({ token: await buildEmailChange(api.domain, await person()) }),
  },
  'security.confirmTotp': {
    may: people,
    input: async (_, caller) => ({ code: await code(caller, false) }),
  },
  'security.disableTotp': {
    may: people,
    input: async (_, caller) => ({ currentPassword: testPassword, code: await code(caller, true) }),
  },
  'security.get': { may: people },
  'security.renewRecoveryCodes': {
    may: people,
    input: async (_, caller) => ({ currentPassword: testPassword, code: await code(caller, true) }),
  },
  'serviceKeys.create': {
    may: admins('admin'),
    input: () => ({ name: fresh('service key made'), scopes: ['users:read'] }),
  },
  'serviceKeys.list': { may: admins('admin'), input: () => ({}) },
  'serviceKeys.revoke': {
    may: admins('admin'),
    thing: 'service key',
    input: (serviceKey) => ({ serviceKey }),
  },
  'sessions.end': {
    may: ownSessions,
    thing: 'session',
    knows: ownSessions,
    input: (id) => ({ session: id }),
  },
  'sessions.endOthers': { may: people },
  'sessions.list': {
    may: ownSessions,
    thing: 'user',
    knows: readsUsers,
    asksFirst: true,
    input: (user) => ({ user }),
  },
  'settings.get': {
    may: admins('settings:read'),
    thing: 'setting',
    input: (name) => ({ name }),
  },
  'settings.list': { may: admins('settings:read') },
  'settings.set': {
    may: admins('settings:write'),
    thing: 'setting',
    input: (name) => ({ name, value: '[x]' }),
  },
  'settings.unset': {
    may: admins('settings:write'),
    thing: 'setting',
    input: (name) => ({ name }),
  },
  // There are admins, so no token for it exists.
  'setup.complete': {
    may: 'everybody',
    input: () => ({ token: 'x', email: 'first@example.com', password: goodPassword }),
    success: 400,
  },
  'setup.status': { may: 'everybody' },
  'upstreams.create': {
    may: admins('routes:write'),
    input: () => ({ name: fresh('upstream made'), url: 'http://a.test' }),
  },
  'upstreams.delete': {
    may: admins('routes:write'),
    thing: 'upstream',
    input: (upstream) => ({ upstream }),
  },
  'upstreams.get': {
    may: admins('routes:read'),
    thing: 'upstream',
    input: (upstream) => ({ upstream }),
  },
  'upstreams.list': { may: admins('routes:read'), input: () => ({}) },
  'upstreams.update': {
    may: admins('routes:write'),
    thing: 'upstream',
    input: (upstream) => ({ upstream, connectTimeoutMs: 900 }),
  },
  'usage.events': ofAUsage,
  'usage.explain': {
    may: readsUsage,
    thing: 'request',
    knows: readsUsage,
    asksFirst: true,
    input: (request) => ({ request }),
  },
  'usage.meter': {
    may: admins('meter:write'),
    input: () => ({ events: [{ id: fresh('event'), source: 'test', type: 'x', subject: 'y' }] }),
  },
  'usage.summary': ofAUsage,
  'usage.tail': ofAUsage,
  'users.activate': {
    may: staffOnCustomers,
    thing: 'user',
    knows: readsUsers,
    sparesSelf: true,
    input: (user) => ({ user }),
  },
  'users.bulk': {
    may: { roles: ['none', 'any', 'any'], scope: 'users:write' },
    input: (_, { user }) => ({ action: 'suspend', users: [user.id] }),
  },
  'users.create': {
    may: admins('users:write'),
    input: () => ({ email: `${fresh('made')}@example.com` }),
  },
  'users.delete': {
    may: admins('admin'),
    thing: 'user',
    knows: readsUsers,
    sparesSelf: true,
    input: (user) => ({ user }),
  },
  'users.get': { may: readsUsers, thing: 'user', knows: readsUsers, input: (user) => ({ user }) },
  'users.list': {
    may: { roles: ['none', 'any', 'any'], scope: 'users:read' },
    input: () => ({ limit: 5 }),
  },
  'users.resetSecondFactor': {
    may: admins('admin'),
    thing: 'user',
    knows: readsUsers,
    sparesSelf: true,
    input: (user) => ({ user }),
  },
  'users.setPassword': {
    may: admins('admin'),
    thing: 'user',
    knows: readsUsers,
    sparesSelf: true,
    input: (user) => ({ user, password: goodPassword }),
  },
  'users.suspend': {
    may: staffOnCustomers,
    thing: 'user',
    knows: readsUsers,
    sparesSelf: true,
    input: (user) => ({ user }),
  },
  'users.update': {
    may: { roles: ['own', 'customers', 'any'], scope: 'users:write', sparesStaff: true },
    thing: 'user',
    knows: readsUsers,
    input: (user) => ({ user, name: 'x' }),
  },
  'users.verify': {
    may: staffOnCustomers,
    thing: 'user',
    knows: readsUsers,
    sparesSelf: true,
    input: (user) => ({ user }),
  },
  'views.create': {
    may: { roles: ['none', 'any', 'any'], scope: 'admin' },
    input: (_, { name }) => ({
      list: 'users',
      name: fresh('view made'),
      search: '',
      shared: name !== 'a moderator',
    }),
  },
  'views.delete': { ...changesViews, input: (view) => ({ view }) },
  'views.list': {
    may: { roles: ['none', 'any', 'any'], scope: 'admin' },
    input: () => ({ list: 'users' }),
  },
  'views.update': { ...changesViews, input: (view) => ({ view, name: fresh('view changed') }) },
};

/** The REST operations that no procedure stands behind. */
const restRows: Record<string, Row> = {
  exportUsers: { may: { roles: ['none', 'any', 'any'], scope: 'users:read' } },
  importUsers: { may: admins('users:write') },
  referenceUpload: { may: admins('routes:write') },
  keysVerify: { may: admins('keys:verify') },
  usageExport: ofAUsage,
  usageExportOwn: ofAUsage,
  usageTail: ofAUsage,
  usageTailOwn: ofAUsage,
};

/** The REST paths at which everybody may knock, with what is in the body as the only proof. */
const openRestRows: Record<string, { success: number; body: () => Promise<object> }> = {
  '/auth/register': {
    success: 201,
    body: async () => ({ email: `${fresh('rest')}@example.com`, password: goodPassword }),
  },
  '/auth/login': {
    success: 200,
    body: async () => ({ email: (await person()).email, password: testPassword }),
  },
  '/auth/refresh': { success: 200, body: async () => ({ refresh_token: await session() }) },
  '/auth/logout': { success: 200, body: async () => ({ refresh_token: await session() }) },
  '/auth/forgot-password': { success: 202, body: async () => ({ email: (await person()).email }) },
  '/auth/reset-password': {
    success: 200,
    body: async () => ({
      token: await buildLink(api.domain, 'reset_password', await person()),
      password: goodPassword,
    }),
  },
  '/auth/verify-email': {
    success: 200,
    body: async () => ({ token: await buildLink(api.domain, 'verify_email', await person()) }),
  },
};

const roleOf = { 'a customer': 0, 'a moderator': 1, 'an admin': 2 } as const;

function isPerson(caller: CallerName): caller is keyof typeof roleOf {
  return caller in roleOf;
}

/** How far a caller goes with a permission. @param asked the scope that the caller's service key has, or lacks */
function reachOf(caller: CallerName, permission: Permission, asked: Permission['scope']): Reach {
  if (isPerson(caller)) return permission.roles[roleOf[caller]];
  const { scope } = permission;
  const isGranted =
    caller === 'a service key with it'
      ? asked === 'admin' || scope === asked
      : scope !== asked && scope !== 'admin';
  if (!isGranted || scope === 'person') return 'none';
  return permission.sparesStaff && asked !== 'admin' ? 'customers' : 'any';
}

function covers(reach: Reach, target: Target): boolean {
  if (target === 'own') return reach !== 'none';
  return reach === 'any' || (reach === 'customers' && target === 'foreign');
}

/** The status that the table above asks for. */
function expectedStatus(row: Row, caller: CallerName, target: Target): number {
  const { may } = row;
  const success = row.success ?? 200;
  if (may === 'everybody') return success;
  if (!isPerson(caller) && !caller.startsWith('a service key')) return 401;
  if (target === 'malformed') return 400;
  if (may === 'whoever is known') return success;
  const reach = reachOf(caller, may, may.scope);
  if (reach === 'none' && (row.asksFirst === true || row.knows === undefined)) return 403;
  if (target === 'random') return 404;
  if (row.thing === undefined) return success;
  if (covers(reach, target)) return row.sparesSelf && target === 'own' ? 403 : success;
  const knows = row.knows !== undefined && covers(reachOf(caller, row.knows, may.scope), target);
  return knows ? 403 : 404;
}

/** Who is nobody to us is refused whatever the input names: their own and another's will do. */
function targetsOf(row: Row, caller: CallerName): readonly Target[] {
  if (row.thing === undefined) return ['foreign'];
  const isKnown = isPerson(caller) || caller.startsWith('a service key');
  return isKnown ? targets : ['own', 'foreign'];
}

async function makeCaller(name: CallerName, row: Row): Promise<Caller> {
  const build = (role: User['role'], overrides: Parameters<typeof buildUser>[1] = {}) =>
    buildUser(api.domain, { plan: plan(), role, password: testPassword, ...overrides });
  const withSession = async (user: User, expired = false): Promise<Caller> => {
    const { accessToken } = await startSessionOf(api.domain, user, { expired });
    return { name, user, token: accessToken };
  };
  const scope = typeof row.may === 'string' ? 'admin' : row.may.scope;
  const needed = scope === 'person' ? 'admin' : scope;
  const serviceKey = async (scopes: ServiceScope[]): Promise<Caller> => ({
    name,
    user: await build('customer'),
    token: (await buildServiceKey(api.domain, scopes)).secret,
  });
  switch (name) {
    case 'nobody':
      return { name, user: await build('customer'), token: undefined };
    case 'a customer':
      return withSession(await build('customer'));
    case 'a moderator':
      return withSession(await build('moderator'));
    case 'an admin':
      return withSession(await build('admin'));
    case 'a suspended user':
      return withSession(await build('admin', { status: 'suspended' }));
    case 'an expired session':
      return withSession(await build('admin'), true);
    case 'a service key without the scope':
      return serviceKey(serviceScopes.filter((other) => other !== needed && other !== 'admin'));
    case 'a service key with it':
      return serviceKey([needed]);
    case 'a key of a customer': {
      const user = await build('customer');
      const { secret } = await buildKey(api.domain, { user: user.id });
      return { name, user, token: secret };
    }
  }
}

/** The id of a thing, or its name; null where there is no such thing to name. */
async function idOf(thing: Thing, target: Target, { name, user }: Caller): Promise<string | null> {
  if (target === 'malformed') return thing === 'setting' ? '' : 'no\u0007id';
  if (target === 'random') return thing === 'setting' ? 'no.such_setting' : newId();
  if (target === 'own' && name.startsWith('a service key')) return null;
  const owned = ['user', 'key', 'rotation', 'session', 'request', 'view'].includes(thing);
  if (!owned && target !== 'foreign') return null;
  const { domain } = api;
  const owner = async () => {
    if (target === 'own') return user;
    return buildUser(domain, { plan: plan(), role: target === 'staff' ? 'admin' : 'customer' });
  };
  switch (thing) {
    case 'user':
      return (await owner()).id;
    case 'key':
      return (await buildKey(domain, { user: (await owner()).id })).key.id;
    case 'rotation':
      return (await buildRotation(domain, { user: (await owner()).id })).old.id;
    case 'service key':
      return (await buildServiceKey(domain, ['users:read'])).serviceKey.id;
    case 'session':
      return (await buildSession(domain, await owner())).session.id;
    case 'plan':
      return (await buildPlan(domain)).id;
    case 'route':
      return (await buildRoute(domain)).id;
    case 'upstream':
      return (await buildUpstream(domain)).id;
    case 'invite':
      return (await buildInvite(domain)).invite.id;
    case 'mail':
      return (await buildMail(domain)).id;
    case 'request': {
      const request = buildUsageRecord({ userId: (await owner()).id, ...buildRefusal() });
      await ingestUsage(domain.db, [request]);
      return request.id;
    }
    case 'event': {
      const { rows: events } = await domain.db.query<{ id: string }>(
        'select id from audit_events limit 1',
      );
      return events[0]?.id ?? null;
    }
    case 'view':
      return (await buildView(domain, { owner: target === 'own' ? user.id : null })).id;
    case 'setting':
      return 'mail.subject_prefix';
  }
}

const codesOf: Readonly<Record<number, readonly string[]>> = {
  400: ['bad_request', 'invalid_link'],
  401: ['unauthenticated'],
  403: ['forbidden', 'self_change_refused'],
  404: ['not_found'],
};

/** An answer without what differs from one request to the next. */
function comparable(answer: { status: number; headers: Headers; text: string }): unknown {
  const requestId = answer.headers.get('x-request-id') ?? '';
  const headers = [...answer.headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  return [answer.status, headers, answer.text.replaceAll(requestId, '')];
}

const answers: string[] = [];

async function call(name: string, isQuery: boolean, caller: Caller, input: unknown) {
  const options = caller.token === undefined ? { isQuery } : { isQuery, token: caller.token };
  const answer = await callApi(api, name, input, options);
  expectClean(answer, name);
  answers.push(answer.text);
  return answer;
}

test('every procedure and every path has its row here', () => {
  const names = allProcedures().map(({ name }) => name);
  expect(Object.keys(rows).toSorted()).toEqual(names.toSorted());
  const open = operations.filter(({ isOpen }) => isOpen === true).map(({ path }) => path);
  expect(Object.keys(openRestRows).toSorted()).toEqual(open.toSorted());
  const own = operations.filter(({ procedure }) => procedure === null).map(({ id }) => id);
  expect(Object.keys(restRows).toSorted()).toEqual(own.toSorted());
});

describe.each(allProcedures())(
  'asvs-v5.0.0-8.2.1 asvs-v5.0.0-8.2.2 asvs-v5.0.0-8.3.1 asvs-v5.0.0-8.4.1 $name',
  ({ name, isQuery }) => {
    test.each(callerNames)('by %s', async (callerName) => {
      const row = rows[name];
      if (row === undefined) throw new Error(`${name} has no row`);
      const said = new Map<Target, unknown>();
      for (const target of targetsOf(row, callerName)) {
        const caller = await makeCaller(callerName, row);
        const id = row.thing === undefined ? '' : await idOf(row.thing, target, caller);
        if (id === null) continue;
        const input: unknown = await row.input?.(id, caller);
        const expected = expectedStatus(row, callerName, target);
        const answer = await call(name, isQuery, caller, input);
        expect(answer.status, `${target} ${answer.text}`).toBe(expected);
        if (expected >= 400) {
          const { code: told } = errorData.parse(answer.error?.data);
          expect(codesOf[expected], answer.text).toContain(told);
          if (told === 'forbidden') await expectRecorded(answer.headers, name);
        }
        said.set(target, comparable(answer));
      }
      // To whoever may not know of a thing, one that exists and one that does not are the same.
      for (const target of ['foreign', 'staff'] as const) {
        if (!said.has(target) || expectedStatus(row, callerName, target) < 400) continue;
        if (expectedStatus(row, callerName, target) !== expectedStatus(row, callerName, 'random'))
          continue;
        expect(said.get(target), 'tells that the thing exists').toEqual(
          said.get('random') ?? said.get(target),
        );
      }
    });
  },
);

/** A refusal of the policy is in the audit log under the id of its request. */
async function expectRecorded(headers: Headers, name: string): Promise<void> {
  const { rows: events } = await api.domain.db.query<{ action: string; target_id: string }>(
    'select action, target_id from audit_events where request_id = $1',
    [headers.get('x-request-id')],
  );
  expect(events).toEqual([{ action: 'access.refused', target_id: name }]);
}

/**
 * REST is the same policy at other addresses. Its example is about a customer’s things; what an admin gets for it, the
 * document’s own test tells.
 */
describe.each(
  operations
    .filter(({ isOpen }) => isOpen !== true)
    .map((operation) => ({ name: `${operation.method} ${operation.path}`, operation })),
)('asvs-v5.0.0-8.2.1 $name', ({ operation }) => {
  test('is for those whom its row lets', async () => {
    const { id, procedure, status } = operation;
    const row = procedure === null ? restRows[id] : rows[procedure];
    if (row === undefined) throw new Error(`${id} has no row`);
    const world = await buildExampleWorld(api);
    // What names nobody is about the caller.
    const namesJane = /jane@example\.com|0199a3f0-|01a1fdfa-/.test(
      JSON.stringify(operation.example),
    );
    const target = namesJane ? 'foreign' : 'own';
    for (const [callerName, token] of [
      ['nobody', undefined],
      ['a customer', api.tokens.customer],
      ['a moderator', api.tokens.moderator],
    ] as const) {
      const authorization: Record<string, string> =
        token === undefined ? {} : { authorization: `Bearer ${token}` };
      const { path, init } = requestOf(operation, world, authorization);
      const answer = await answerTo(api.url + path, init);
      expectClean(answer, id);
      answers.push(answer.text);
      const expected = expectedStatus({ ...row, success: status }, callerName, target);
      expect(answer.status, `${callerName} ${answer.text}`).toBe(expected);
      if (expected === 403) await expectRecorded(answer.headers, procedure ?? id);
    }
  });
});

describe.each(Object.keys(openRestRows))('asvs-v5.0.0-8.2.1 asvs-v5.0.0-15.3.3 POST %s', (path) => {
  test.each(callerNames)('by %s', async (callerName) => {
    const row = openRestRows[path];
    if (row === undefined) throw new Error(`${path} has no row`);
    const { token } = await makeCaller(callerName, { may: 'everybody' });
    const send = async (body: object) => {
      const response = await fetch(`${api.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      expectClean({ status: response.status, headers: response.headers, text }, path);
      answers.push(text);
      return { status: response.status, text };
    };
    const good = await send(await row.body());
    expect(good.status, good.text).toBe(row.success);
    const bad = await send({ ...(await row.body()), role: 'admin' });
    expect(bad.status, bad.text).toBe(400);
  });
});

test('asvs-v5.0.0-15.3.1 nothing that is stored as a secret came back in any answer', async () => {
  expect(answers.length).toBeGreaterThan(1000);
  const secrets = await secretsIn(api.domain.db);
  expect(secrets.length).toBeGreaterThan(500);
  const all = answers.join('\n');
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
});

test('lets a customer work with their own', async () => {
  const own = async (name: string, input: unknown, isQuery: boolean) => {
    const answer = await callApi(api, name, input, { isQuery, token: api.tokens.customer });
    expect(answer.status, `${name} ${answer.text}`).toBe(200);
    return answer.data;
  };
  const { email } = api.users.customer;
  await own('users.get', { user: email }, true);
  await own('users.update', { user: email, name: 'Me' }, false);
  const key = String(Reflect.get(Object(await own('keys.create', { name: 'mine' }, false)), 'id'));
  await own('keys.list', {}, true);
  await own('keys.get', { key }, true);
  await own('keys.update', { key, enabled: false }, false);
  await own('keys.revoke', { key }, false);
  await own('usage.summary', {}, true);
  await own('usage.events', {}, true);
});

test('asvs-v5.0.0-8.2.3 a customer changes no field of their own that is not theirs to change', async () => {
  const before = await callApi(
    api,
    'users.get',
    { user: api.users.customer.id },
    {
      isQuery: true,
      token: api.tokens.customer,
    },
  );
  const fields = {
    role: 'admin',
    plan: (await buildPlan(api.domain)).id,
    email: 'other-me@example.com',
    externalId: 'x',
    metadata: { tier: 'gold' },
    stripeCustomerId: 'cus_1',
  };
  for (const [field, value] of Object.entries(fields)) {
    const input = { user: api.users.customer.id, name: 'changed', [field]: value };
    const { status, error } = await callApi(api, 'users.update', input, {
      token: api.tokens.customer,
    });
    expect([status, error?.data.code], field).toEqual([403, 'forbidden']);
  }
  const after = await callApi(
    api,
    'users.get',
    { user: api.users.customer.id },
    {
      isQuery: true,
      token: api.tokens.customer,
    },
  );
  expect(after.data).toEqual(before.data);
});

test('an admin moves and secures their own account with the password alone, never by the user list', async () => {
  const user = api.users.admin.id;
  for (const [name, input] of [
    ['users.update', { user, email: 'elsewhere@example.com' }],
    ['users.setPassword', { user, password: goodPassword }],
  ] as const) {
    const { status, error } = await callApi(api, name, input, { token: api.tokens.admin });
    expect([status, error?.data.code], name).toEqual([403, 'self_change_refused']);
  }
});
