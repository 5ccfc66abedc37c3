import {
  buildKey,
  buildPlan,
  buildRoute,
  buildSession,
  buildUpstream,
  buildUser,
} from '@apigate/domain/testing';
import { errorData } from '@apigate/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callApi } from '../testing/call-api.ts';
import { allProcedures } from '../testing/procedures.ts';
import { startTestApi, testPassword, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Statuses for: nobody, a customer, a moderator, an admin, a service key with every scope. */
type Statuses = readonly [number, number, number, number, number];

interface Case {
  /** A valid input about something that is new and somebody else's. */
  input: () => unknown;
  expected: Statuses;
}

let made = 0;
const fresh = (noun: string) => `${noun}-${(made += 1)}`;
const plan = () => api.users.admin.plan.id;
const userRef = async () => ({ user: (await buildUser(api.domain, { plan: plan() })).id });
const keyRef = async () => {
  const { user } = await userRef();
  return { key: (await buildKey(api.domain, { user })).key.id };
};
const planRef = async () => ({ plan: (await buildPlan(api.domain)).id });
const upstreamRef = async () => ({ upstream: (await buildUpstream(api.domain)).id });
const routeRef = async () => ({ route: (await buildRoute(api.domain)).id });
const refreshToken = async () => ({
  refreshToken: (await buildSession(api.domain, api.users.otherCustomer, inADay())).refreshToken,
});
const inADay = () => ({ expiresAt: new Date(Date.now() + 86_400_000) });

const everybody: Statuses = [200, 200, 200, 200, 200];
const signedIn: Statuses = [401, 200, 200, 200, 200];
const staff: Statuses = [401, 403, 200, 200, 200];
const adminsOnly: Statuses = [401, 403, 403, 200, 200];
/** Things of a customer: another customer does not learn that they exist. */
const staffOnCustomers: Statuses = [401, 404, 200, 200, 200];
const adminsOnCustomers: Statuses = [401, 404, 403, 200, 200];

const cases: Record<string, Case> = {
  'auth.instance': { input: () => undefined, expected: everybody },
  'auth.me': { input: () => undefined, expected: signedIn },
  'auth.refresh': { input: refreshToken, expected: everybody },
  'auth.signIn': {
    input: () => ({ email: api.users.otherCustomer.email, password: testPassword }),
    expected: everybody,
  },
  'auth.signOut': { input: refreshToken, expected: everybody },
  'keys.create': {
    input: async () => ({ ...(await userRef()), name: 'x' }),
    expected: adminsOnCustomers,
  },
  'keys.get': { input: keyRef, expected: staffOnCustomers },
  'keys.list': { input: userRef, expected: staffOnCustomers },
  'keys.revoke': { input: keyRef, expected: staffOnCustomers },
  'keys.update': {
    input: async () => ({ ...(await keyRef()), name: 'x' }),
    expected: adminsOnCustomers,
  },
  'plans.create': { input: () => ({ name: fresh('plan made') }), expected: adminsOnly },
  'plans.delete': { input: planRef, expected: adminsOnly },
  'plans.get': { input: planRef, expected: signedIn },
  'plans.list': { input: () => ({}), expected: signedIn },
  'plans.update': {
    input: async () => ({ ...(await planRef()), burst: 3 }),
    expected: adminsOnly,
  },
  'routes.create': {
    input: async () => ({ ...(await upstreamRef()), name: fresh('route made'), path: '/x' }),
    expected: adminsOnly,
  },
  'routes.delete': { input: routeRef, expected: adminsOnly },
  'routes.get': { input: routeRef, expected: adminsOnly },
  'routes.list': { input: () => ({}), expected: adminsOnly },
  'routes.update': { input: routeRef, expected: adminsOnly },
  'upstreams.create': {
    input: () => ({ name: fresh('upstream made'), url: 'http://a.test' }),
    expected: adminsOnly,
  },
  'upstreams.delete': { input: upstreamRef, expected: adminsOnly },
  'upstreams.get': { input: upstreamRef, expected: adminsOnly },
  'upstreams.list': { input: () => ({}), expected: adminsOnly },
  'upstreams.update': { input: upstreamRef, expected: adminsOnly },
  'usage.events': { input: userRef, expected: staffOnCustomers },
  'usage.summary': { input: userRef, expected: staffOnCustomers },
  'users.activate': { input: userRef, expected: staffOnCustomers },
  'users.create': {
    input: () => ({ email: `${fresh('user')}@made.example` }),
    expected: adminsOnly,
  },
  'users.delete': { input: userRef, expected: adminsOnCustomers },
  'users.get': { input: userRef, expected: staffOnCustomers },
  'users.list': { input: () => ({}), expected: staff },
  'users.setPassword': {
    input: async () => ({ ...(await userRef()), password: 'new-password' }),
    expected: adminsOnCustomers,
  },
  'users.suspend': { input: userRef, expected: staffOnCustomers },
  'users.update': {
    input: async () => ({ ...(await userRef()), name: 'x' }),
    expected: staffOnCustomers,
  },
  'users.verify': { input: userRef, expected: staffOnCustomers },
};

/** The caller's token; signing out takes one that no other test needs. */
async function tokenFor(caller: keyof TestApi['tokens'], procedure: string): Promise<string> {
  if (procedure !== 'auth.signOut' || caller === 'service') return api.tokens[caller];
  const input = { email: api.users[caller].email, password: testPassword };
  const { data } = await callApi(api, 'auth.signIn', input);
  return String(Reflect.get(Object(data), 'accessToken'));
}

const callers = [undefined, 'customer', 'moderator', 'admin', 'service'] as const;

test('every procedure is listed here', () => {
  const names = allProcedures().map(({ name }) => name);
  expect(Object.keys(cases).toSorted()).toEqual(names.toSorted());
});

describe.each(allProcedures())('$name', ({ name, isQuery }) => {
  test.each(callers.map((caller, at) => [caller, cases[name]?.expected[at]] as const))(
    'answers %s with %s',
    async (caller, expected) => {
      const input = await cases[name]?.input();
      const options =
        caller === undefined ? { isQuery } : { isQuery, token: await tokenFor(caller, name) };
      const { status, error, text } = await callApi(api, name, input, options);
      expect(status, text).toBe(expected);
      if (status !== 200) {
        const codes = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found' };
        expect(errorData.parse(error?.data).code).toBe(Reflect.get(codes, String(status)));
      }
    },
  );
});

test('tells a customer of nothing more than a thing that is not there at all', async () => {
  const missing = '01923456-789a-7bcd-8ef0-123456789abc';
  const { user } = await userRef();
  const { key } = await keyRef();
  const pairs: [string, object, object][] = [
    ['users.get', { user }, { user: missing }],
    ['users.suspend', { user }, { user: missing }],
    ['users.update', { user, name: 'x' }, { user: missing, name: 'x' }],
    ['keys.get', { key }, { key: missing }],
    ['keys.revoke', { key }, { key: missing }],
    ['keys.list', { user }, { user: missing }],
    ['usage.summary', { user }, { user: missing }],
  ];
  for (const [name, theirs, none] of pairs) {
    const isQuery = allProcedures().some((own) => own.name === name && own.isQuery);
    const told = async (input: object) => {
      const { status, error } = await callApi(api, name, input, {
        isQuery,
        token: api.tokens.customer,
      });
      return [status, error?.message, error?.data.code, error?.data.errors];
    };
    expect(await told(theirs), name).toEqual(await told(none));
  }
});

test('lets a customer work with their own', async () => {
  const call = async (name: string, input: unknown, isQuery: boolean) => {
    const answer = await callApi(api, name, input, { isQuery, token: api.tokens.customer });
    expect(answer.status, `${name} ${answer.text}`).toBe(200);
    return answer.data;
  };
  const { email } = api.users.customer;
  await call('users.get', { user: email }, true);
  await call('users.update', { user: email, name: 'Me' }, false);
  const key = String(Reflect.get(Object(await call('keys.create', { name: 'mine' }, false)), 'id'));
  await call('keys.list', {}, true);
  await call('keys.get', { key }, true);
  await call('keys.update', { key, enabled: false }, false);
  await call('keys.revoke', { key }, false);
  await call('usage.summary', {}, true);
  await call('usage.events', {}, true);
});
