import { errorData } from '@apigate/contract';
import { newId } from '@apigate/domain';
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
  buildUsageRecord,
  buildUser,
  buildView,
  pageOf,
} from '@apigate/domain/testing';
import { ingestUsage } from '@apigate/domain/gateway';
import fc from 'fast-check';
import superjson from 'superjson';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSessionOf } from './testing/access-tokens.ts';
import { callApi, type CallResult } from './testing/call-api.ts';
import { allProcedures, type Procedure } from './testing/procedures.ts';
import { startTestApi, testPassword, type TestApi } from './testing/test-api.ts';

/** Inputs of each kind, for a procedure and a caller; raise it by hand (`FUZZ_RUNS=500`) to look for longer. */
// oxlint-disable-next-line node/no-process-env -- an option of this test, not of the program
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 5);

const goodPassword = 'harbour quilt juniper walnut';
const callers = ['anonymous', 'customer', 'admin'] as const;
type CallerName = (typeof callers)[number];

/** Where it is written down that somebody was refused. */
const notes: readonly string[] = ['access_records', 'audit_events', 'audit_head', 'sign_in_guards'];

let api: TestApi;
/** Hashes all that is stored. */
let fingerprintQuery: string;
beforeAll(async () => {
  api = await startTestApi();
  await ingestUsage(api.domain.db, [buildUsageRecord()]);
  // Partitions stand for themselves in the table that they belong to.
  const { rows } = await api.domain.db.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace
     and relkind in ('r', 'p') and not relispartition order by 1`,
  );
  const stored = rows.filter(({ name }) => !notes.includes(name));
  const hashes = stored.map(
    ({ name }) =>
      `(select md5(string_agg(t.row, e'\\n' order by t.row))
        from (select (to_jsonb(r) - 'failed_logins')::text as row from "${name}" r) t)`,
  );
  fingerprintQuery = `select concat_ws(' ', ${hashes.join(', ')}) as all`;
});
afterAll(() => api[Symbol.asyncDispose]());

/** A cursor behind the thing with this id. */
const after = (id: string) => pageOf([{ id }, { id }], 1).nextCursor;

/** A cursor behind the key with this id, in the order that keys have unless told. */
const afterKey = (id: string) =>
  pageOf([{ id }, { id }], 1, 'keys.created_at.desc', () => ['', id]).nextCursor;

/** A cursor behind the request with this id. */
const afterRequest = (id: string) => {
  const row = { id, at: new Date().toISOString() };
  return pageOf([row, row], 1, 'usage.at', ({ at }) => [at, id]).nextCursor;
};

/** What valid inputs refer to. */
let refs = {
  user: '',
  key: '',
  rotation: '',
  serviceKey: '',
  plan: '',
  upstream: '',
  route: '',
  session: '',
  invite: '',
  mail: '',
  request: '',
  view: '',
  links: { verify: '', reset: '', move: '', invite: '' },
};

/** Stores what valid inputs refer to, anew because some of them delete it; removes the callers of other tests. */
async function renewRefs(): Promise<void> {
  const { domain } = api;
  await domain.db.query(`delete from users where email like '%@made.example'`);
  await domain.db.query(`delete from service_keys where not 'admin' = any(scopes)`);
  await domain.db.query('delete from views');
  await domain.db.query('delete from routes');
  await domain.db.query('delete from upstreams');
  await domain.db.query('delete from plans where not is_default');
  const plan = (await buildPlan(domain, { slug: 'spare' })).id;
  const target = await buildUser(domain, { plan, email: 'target@made.example' });
  const route = await buildRoute(domain, { path: '/v1/*' });
  const invited = await buildInvite(domain, { email: `${newId()}@made.example` });
  const request = buildUsageRecord({ userId: target.id, ...buildRefusal() });
  await ingestUsage(domain.db, [request]);
  refs = {
    user: target.id,
    key: (await buildKey(domain, { user: target.id })).key.id,
    rotation: (await buildRotation(domain, { user: target.id })).old.id,
    serviceKey: (await buildServiceKey(domain, ['users:read'])).serviceKey.id,
    plan,
    upstream: route.upstream.id,
    route: route.id,
    session: (await buildSession(domain, target)).session.id,
    invite: invited.invite.id,
    mail: (await buildMail(domain)).id,
    request: request.id,
    view: (await buildView(domain)).id,
    links: {
      verify: await buildLink(domain, 'verify_email', target),
      reset: await buildLink(domain, 'reset_password', target),
      move: await buildEmailChange(domain, target),
      invite: invited.token,
    },
  };
}

/** A valid input of each procedure that takes one; one that is missing here meets random JSON alone. */
const validInputs: Record<string, () => Record<string, unknown>> = {
  'alerts.get': () => ({ user: refs.user }),
  'alerts.update': () => ({ user: refs.user, quotaPercents: [50, 100], email: false }),
  'audit.access': () => ({ user: refs.user, limit: 5, cursor: after(refs.key) }),
  'audit.list': () => ({
    user: refs.user,
    action: 'users.created',
    target: refs.user,
    since: new Date('2026-01-01T00:00:00Z'),
    until: new Date('2030-01-01T00:00:00Z'),
    order: 'oldest',
    cursor: after(refs.key),
  }),
  'auth.forgotPassword': () => ({ email: 'target@made.example' }),
  'auth.register': () => ({
    email: 'joined@made.example',
    password: goodPassword,
    username: 'joined',
    name: 'Jo Ined',
    firstName: 'Jo',
    lastName: 'Ined',
    cookies: false,
  }),
  'auth.resendVerification': () => ({ email: 'target@made.example' }),
  'auth.resetPassword': () => ({ token: refs.links.reset, password: goodPassword }),
  'auth.verifyEmail': () => ({ token: refs.links.verify }),
  'invites.accept': () => ({ token: refs.links.invite, password: goodPassword, name: 'x' }),
  'invites.create': () => ({ email: 'asked@made.example', role: 'moderator' }),
  'invites.list': () => ({ limit: 5, cursor: after(refs.invite) }),
  'invites.offer': () => ({ token: refs.links.invite }),
  'invites.revoke': () => ({ invite: refs.invite }),
  'mails.get': () => ({ mail: refs.mail }),
  'mails.list': () => ({ status: 'kept', template: 'welcome', limit: 5, cursor: after(refs.mail) }),
  'mails.retry': () => ({ mail: refs.mail }),
  'search.find': () => ({ q: 'target' }),
  'security.beginTotp': () => ({ currentPassword: testPassword }),
  'security.changeEmail': () => ({
    currentPassword: testPassword,
    newEmail: 'changed@made.example',
  }),
  'security.changePassword': () => ({
    currentPassword: testPassword,
    newPassword: goodPassword,
  }),
  'security.confirmEmailChange': () => ({ token: refs.links.move }),
  'security.confirmTotp': () => ({ code: '123456' }),
  'security.disableTotp': () => ({ currentPassword: testPassword, code: '123456' }),
  'security.renewRecoveryCodes': () => ({ currentPassword: testPassword, code: '123456' }),
  'sessions.end': () => ({ session: refs.session }),
  'sessions.list': () => ({ user: refs.user }),
  'settings.get': () => ({ name: 'mail.from' }),
  'settings.set': () => ({ name: 'mail.subject_prefix', value: '[x]' }),
  'settings.unset': () => ({ name: 'mail.subject_prefix' }),
  'setup.complete': () => ({
    token: 'x'.repeat(43),
    email: 'first@made.example',
    password: goodPassword,
  }),
  'auth.refresh': () => ({ refreshToken: 'x'.repeat(80) }),
  'auth.signIn': () => ({
    email: api.users.otherCustomer.email,
    password: testPassword,
    cookies: false,
  }),
  'auth.signOut': () => ({ refreshToken: 'x'.repeat(80) }),
  'keys.create': () => ({
    user: refs.user,
    name: 'made',
    scopes: ['a:read'],
    allowedIps: ['10.0.0.0/8'],
    rateLimitPerMinute: 5,
    expiresAt: new Date('2030-01-01T00:00:00Z'),
  }),
  'keys.get': () => ({ key: refs.key }),
  'keys.list': () => ({
    user: refs.user,
    status: 'live',
    q: 'x',
    limit: 5,
    cursor: afterKey(refs.key),
  }),
  'keys.revoke': () => ({ key: refs.key }),
  'keys.cancelRotation': () => ({ key: refs.rotation }),
  'keys.finishRotation': () => ({ key: refs.rotation }),
  'keys.rotate': () => ({ key: refs.key, overlapSeconds: 60 }),
  'keys.rotation': () => ({ key: refs.rotation }),
  'keys.update': () => ({
    key: refs.key,
    name: 'x',
    enabled: true,
    expiresAt: null,
    scopes: ['b'],
  }),
  'serviceKeys.create': () => ({
    name: 'made',
    scopes: ['users:read'],
    expiresAt: new Date('2030-01-01T00:00:00Z'),
  }),
  'serviceKeys.list': () => ({ limit: 5, cursor: after(refs.serviceKey) }),
  'serviceKeys.revoke': () => ({ serviceKey: refs.serviceKey }),
  'plans.create': () => ({
    name: 'Made',
    slug: 'made',
    description: 'x',
    features: { sso: 'yes' },
    requestsPerMonth: -1,
    burst: null,
    currency: 'EUR',
  }),
  'plans.delete': () => ({ plan: refs.plan }),
  'plans.get': () => ({ plan: 'spare' }),
  'plans.effect': () => ({ plan: refs.plan, requestsPerMonth: 10, rateLimitPerMinute: 5 }),
  'plans.list': () => ({ enabled: true, limit: 5, cursor: after(refs.plan) }),
  'plans.update': () => ({ plan: refs.plan, features: { a: 'b' }, requestsPerMonth: 'unlimited' }),
  'routes.create': () => ({
    name: 'made',
    path: '/v2/*',
    upstream: refs.upstream,
    methods: ['GET'],
    host: 'a.test',
    rewrite: '/x',
    requiredScopes: ['a'],
    cost: 2,
  }),
  'routes.delete': () => ({ route: refs.route }),
  'routes.get': () => ({ route: refs.route }),
  'routes.list': () => ({ upstream: refs.upstream, cursor: after(refs.route) }),
  'routes.test': () => ({ method: 'GET', path: '/v1/x', user: refs.user }),
  'routes.update': () => ({ route: refs.route, path: '/v3', methods: [], rewrite: null }),
  'upstreams.create': () => ({
    name: 'made',
    url: 'http://a.test',
    connectTimeoutMs: 500,
    authHeader: { name: 'X-Key', value: 'v' },
  }),
  'upstreams.delete': () => ({ upstream: refs.upstream }),
  'upstreams.get': () => ({ upstream: refs.upstream }),
  'upstreams.list': () => ({ cursor: after(refs.upstream) }),
  'upstreams.update': () => ({ upstream: refs.upstream, url: 'http://b.test', authHeader: null }),
  'usage.events': () => ({
    user: refs.user,
    key: refs.key,
    refused: false,
    cursor: afterRequest(refs.request),
  }),
  'usage.explain': () => ({ request: refs.request }),
  'usage.summary': () => ({ user: refs.user }),
  'users.activate': () => ({ user: refs.user }),
  'users.bulk': () => ({
    action: 'suspend',
    users: [refs.user, 'jane'],
    reason: 'x',
    dryRun: true,
  }),
  'users.create': () => ({
    email: 'made@made.example',
    username: 'made',
    externalId: 'made',
    password: 'a password',
    plan: 'spare',
    status: 'pending',
    role: 'customer',
    metadata: { company: 'ACME' },
    stripeCustomerId: 'cus_1',
  }),
  'users.delete': () => ({ user: refs.user }),
  'users.get': () => ({ user: refs.user }),
  'users.list': () => ({ q: 'x', status: 'active', role: 'admin', plan: 'spare', limit: 7 }),
  'users.resetSecondFactor': () => ({ user: refs.user }),
  'users.setPassword': () => ({ user: refs.user, password: 'a password' }),
  'users.suspend': () => ({ user: refs.user, reason: 'x' }),
  'users.update': () => ({
    user: refs.user,
    email: 'moved@made.example',
    metadata: { a: 'b' },
    username: null,
  }),
  'users.verify': () => ({ user: refs.user }),
  'views.create': () => ({ list: 'users', name: 'made', search: 'q=x', shared: true }),
  'views.delete': () => ({ view: refs.view }),
  'views.list': () => ({ list: 'users' }),
  'views.update': () => ({ view: refs.view, name: 'x', search: '', shared: true }),
};

/** Those whose input is valid in form alone: there is no such token, or no second factor. */
const nearlyValid: readonly string[] = [
  'auth.refresh',
  'auth.signOut',
  'security.confirmTotp',
  'security.disableTotp',
  'security.renewRecoveryCodes',
  'setup.complete',
];

/** Values that have broken programs before. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    '\u202e\u200b',
    "'; drop table users; --",
    '%',
    '../../etc/passwd',
    'true',
    '-1',
    '1e309',
    '60',
    '__proto__',
    'constructor',
    'x'.repeat(20_000),
    'é'.repeat(300),
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '01923456-789a-7bcd-8ef0-123456789abc',
    0,
    -0,
    -1,
    0.5,
    1e21,
    2 ** 31,
    2 ** 53,
    Number.MAX_SAFE_INTEGER,
    true,
    false,
    [],
    [[]],
    {},
    { $ne: 1 },
    { $gt: '' },
    { $or: [{}] },
    { toString: 'x' },
    { length: 1e9 },
    JSON.parse('{"__proto__":{"isAdmin":true}}'),
    JSON.parse('{"constructor":{"prototype":{"isAdmin":true}}}'),
    JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
    new Date(Number.NaN),
    new Date(8.64e15),
    new Date(-8.64e15),
    10n ** 30n,
    new Set(['x']),
    new Map([['x', 1]]),
    Infinity,
    Number.NaN,
  ),
  // Text that a database cannot keep, or cannot keep everywhere.
  fc.constantFrom<unknown>('\0', 'a\0b', '\ud800', 'x\udfff'),
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A valid input with one field changed, removed or added, or with one entry of a field that holds several. */
function mutated(valid: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const names = [...Object.keys(valid), 'id', 'role', '$where', 'constructor'];
  const flat = fc
    .tuple(fc.constantFrom(...names), fc.option(nasty, { nil: undefined }))
    .map(([name, value]) => {
      const { [name]: _, ...rest } = valid;
      return value === undefined ? rest : { ...rest, [name]: value };
    });
  const deep = Object.entries(valid).flatMap(([name, value]) => {
    if (Array.isArray(value))
      return [nasty.map((item) => ({ ...valid, [name]: [...value, item] }))];
    if (value === null || typeof value !== 'object' || value instanceof Date) return [];
    const entry = fc.oneof(
      fc.tuple(fc.constantFrom(...Object.keys(value)), nasty),
      fc.tuple(nasty.map(asName), fc.constantFrom<unknown>('x')),
    );
    return [entry.map(([key, inner]) => ({ ...valid, [name]: { ...value, [key]: inner } }))];
  });
  return fc.oneof(flat, ...deep);
}

/** Any value as the name of a field; not every object can be made text. */
function asName(value: unknown): string {
  return typeof value === 'string' ? value : written(value);
}

function fields(): fc.Arbitrary<unknown> {
  const names = new Set(Object.values(validInputs).flatMap((input) => Object.keys(input())));
  return fc.dictionary(fc.constantFrom(...names), nasty, { maxKeys: 4 });
}

async function fingerprint(): Promise<string> {
  const { rows } = await api.domain.db.query<{ all: string }>(fingerprintQuery);
  return rows[0]?.all ?? '';
}

/** The token of a caller that no other test has: some inputs change who sends them. */
async function tokenOf(caller: CallerName): Promise<string | undefined> {
  if (caller === 'anonymous') return undefined;
  const { id: plan } = api.users.admin.plan;
  const email = `${newId()}@made.example`;
  const user = await buildUser(api.domain, { plan, role: caller, email, password: testPassword });
  return (await startSessionOf(api.domain, user)).accessToken;
}

/** As superjson writes it, or as plain JSON where superjson refuses to. */
function written(input: unknown): string {
  try {
    return JSON.stringify(superjson.serialize(input));
  } catch {
    return JSON.stringify({ json: input }, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  }
}

function call({ name, isQuery }: Procedure, token: string | undefined, input: unknown) {
  const body = written(input);
  // A long input goes as a body, which no limit on a line cuts.
  const options = { isQuery: isQuery && body.length < 4000, body };
  return callApi(api, name, input, token === undefined ? options : { ...options, token });
}

function expectOurShape(answer: CallResult, what: string): void {
  expect(answer.status, what).toBeLessThan(500);
  if (answer.status === 200) {
    expect(answer.error, what).toBeUndefined();
    return;
  }
  expect(answer.status, what).toBeGreaterThanOrEqual(400);
  const data = errorData.parse(answer.error?.data);
  expect(data.requestId, what).toBe(answer.headers.get('x-request-id'));
  expect(answer.error?.message, what).toMatch(/\S/);
  expect(answer.text, what).not.toMatch(/node_modules|at async|"stack"|select "|insert into/);
}

/** Sends inputs, and expects a clear answer to each and no trace of those that were refused. */
async function attack(
  procedure: Procedure,
  caller: CallerName,
  inputs: fc.Arbitrary<unknown>,
): Promise<void> {
  const { name, isQuery } = procedure;
  const token = await tokenOf(caller);
  let ground = await fingerprint();
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      const answer = await call(procedure, token, input);
      const before = ground;
      // A mutation may by chance be a good one; then what it changed is the new ground.
      ground = await fingerprint();
      expectOurShape(answer, `${name} by ${caller}: ${answer.status} ${answer.text.slice(0, 500)}`);
      if (answer.status !== 200 || isQuery) expect(ground, `${name} left a trace`).toBe(before);
    }),
    { numRuns, interruptAfterTimeLimit: 10_000 },
  );
}

describe.each(allProcedures())('asvs-v5.0.0-2.2.1 asvs-v5.0.0-2.2.2 $name', (procedure) => {
  beforeAll(renewRefs);

  test.each(callers)(
    'answers %s whatever comes, and keeps nothing of what it refuses',
    async (caller) => {
      const valid = validInputs[procedure.name]?.();
      const kinds = [fc.oneof(nasty, fields()), ...(valid === undefined ? [] : [mutated(valid)])];
      for (const inputs of kinds) {
        await expect(attack(procedure, caller, inputs)).resolves.toBeUndefined();
      }
    },
  );
});

test('takes every input that is valid here, so that what is made of it is nearly so', async () => {
  for (const procedure of allProcedures()) {
    if (validInputs[procedure.name] === undefined || nearlyValid.includes(procedure.name)) continue;
    await renewRefs();
    const token = await tokenOf('admin');
    if (procedure.name === 'upstreams.delete') await api.domain.db.query('delete from routes');
    if (procedure.name === 'plans.delete') {
      await api.domain.db.query('delete from users where plan_id = $1', [refs.plan]);
    }
    const { status, text } = await call(procedure, token, validInputs[procedure.name]?.());
    expect(status, `${procedure.name} ${text}`).toBe(200);
  }
}, 90_000);

test('asvs-v5.0.0-15.3.6 has polluted no prototype', () => {
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
});
