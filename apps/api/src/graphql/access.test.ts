import { newId, type User } from '@apigate/domain';
import {
  buildKey,
  buildPlan,
  buildRoute,
  buildServiceKey,
  buildUpstream,
  buildUser,
} from '@apigate/domain/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSessionOf } from '../testing/access-tokens.ts';
import { callGraphql } from '../testing/call-graphql.ts';
import { expectClean, secretsIn } from '../testing/clean-answers.ts';
import { startTestApi, testPassword, type TestApi } from '../testing/test-api.ts';
import { schema } from './schema.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const callers = [
  'nobody',
  'a customer',
  'a moderator',
  'an admin',
  'a suspended admin',
  'a service key without the scope',
  'a service key for all',
  'a key of a customer',
] as const;
type Caller = (typeof callers)[number];

const ok = 'ok';
const unknown = 'unauthenticated';
const forbidden = 'forbidden';
const missing = 'not_found';

/** What a customer, a moderator, an admin and a service key without the scope are told. */
type Outcomes = readonly [customer: string, moderator: string, admin: string, unscoped: string];

const everybody: Outcomes = [ok, ok, ok, ok];
const known: Outcomes = [ok, ok, ok, forbidden];
const staff: Outcomes = [forbidden, ok, ok, forbidden];
const admins: Outcomes = [forbidden, forbidden, ok, forbidden];
/** What belongs to another customer is not there for those who may not know of it. */
const readByStaff: Outcomes = [missing, ok, ok, missing];
const changedByStaff = readByStaff;
const changedByAdmins: Outcomes = [missing, forbidden, ok, missing];
/** The same, where who may do it to nothing at all is refused before any look. */
const listedByStaff: Outcomes = [missing, ok, ok, forbidden];
const madeByAdmins: Outcomes = [missing, forbidden, ok, forbidden];

const goodPassword = 'harbour quilt juniper walnut';
let made = 0;
const fresh = () => `made-${(made += 1)}`;
const plan = () => api.users.admin.plan.id;
const person = () => buildUser(api.domain, { plan: plan(), password: testPassword });
const keyOf = async () => (await buildKey(api.domain, { user: (await person()).id })).key.id;
const session = async () => (await startSessionOf(api.domain, await person())).refreshToken;
const planId = async () => (await buildPlan(api.domain)).id;
const routeId = async () => (await buildRoute(api.domain)).id;
const upstreamId = async () => (await buildUpstream(api.domain)).id;

interface Row {
  outcomes: Outcomes;
  /** Arguments and fields of an operation on what belongs to another customer. */
  call: () => Promise<string> | string;
  /** True where nobody has to say who they are. */
  isPublic?: true;
}

const onUser = (outcomes: Outcomes, rest = ''): Row => ({
  outcomes,
  call: async () => `(id: "${(await person()).id}"${rest}) { id }`,
});
const onKey = (outcomes: Outcomes, rest = ''): Row => ({
  outcomes,
  call: async () => `(id: "${await keyOf()}"${rest}) { id }`,
});
const on = (id: () => Promise<string>, outcomes: Outcomes, rest = ''): Row => ({
  outcomes,
  call: async () => `(id: "${await id()}"${rest}) { id }`,
});
const list = (outcomes: Outcomes): Row => ({ outcomes, call: () => '{ data { id } }' });
const ofUser = (outcomes: Outcomes): Row => ({
  outcomes,
  call: async () => `(where: { user: "${(await person()).id}" }) { data { id } }`,
});

/** A row for each operation; `name:variant` is the operation again, in another way. */
const rows: Record<string, Row> = {
  me: { outcomes: everybody, call: () => '{ id }' },
  users: { outcomes: staff, call: () => '{ id }' },
  usersPage: list(staff),
  user: onUser(readByStaff),
  credentials: ofUser(listedByStaff),
  credential: onKey(readByStaff),
  plans: list(known),
  plan: on(planId, known),
  usage: {
    outcomes: listedByStaff,
    call: async () => `(user: "${(await person()).id}") { requests }`,
  },
  usageEvents: ofUser(listedByStaff),
  analyticsOverview: {
    outcomes: listedByStaff,
    call: async () => `(user: "${(await person()).id}") { requests previous { requests } }`,
  },
  analyticsTimeseries: {
    outcomes: listedByStaff,
    call: async () => `(user: "${(await person()).id}") { bucket data { at requests } }`,
  },
  analyticsUsers: { outcomes: staff, call: () => '{ data { user { id } requests } }' },
  routes: list(admins),
  route: on(routeId, admins),
  upstreams: list(admins),
  upstream: on(upstreamId, admins),
  register: {
    outcomes: everybody,
    isPublic: true,
    call: () =>
      `(registerInput: { email: "${fresh()}@example.com", password: "${goodPassword}" }) { accessToken }`,
  },
  login: {
    outcomes: everybody,
    isPublic: true,
    call: async () =>
      `(loginInput: { email: "${(await person()).email}", password: "${testPassword}" }) { accessToken }`,
  },
  refreshToken: {
    outcomes: everybody,
    isPublic: true,
    call: async () => `(refreshToken: "${await session()}") { accessToken }`,
  },
  logout: {
    outcomes: everybody,
    isPublic: true,
    call: async () => `(refreshToken: "${await session()}")`,
  },
  createUser: {
    outcomes: admins,
    call: () => `(createUserInput: { email: "${fresh()}@example.com" }) { id }`,
  },
  updateUser: onUser(changedByStaff, ', updateUserInput: { firstName: "x" }'),
  'updateUser:nothing': onUser(readByStaff, ', updateUserInput: {}'),
  'updateUser:suspend': onUser(changedByStaff, ', updateUserInput: { isActive: false }'),
  'updateUser:role': onUser(changedByAdmins, ', updateUserInput: { role: MODERATOR }'),
  'updateUser:plan': onUser(changedByAdmins, ', updateUserInput: { plan: "free" }'),
  setUserPassword: onUser(changedByAdmins, `, password: "${goodPassword}"`),
  verifyUser: onUser(changedByStaff),
  deleteUser: onUser(changedByAdmins),
  createCredential: {
    outcomes: madeByAdmins,
    call: async () =>
      `(createCredentialInput: { consumerId: "${(await person()).id}", name: "x" }) { id }`,
  },
  updateCredential: onKey(changedByAdmins, ', updateCredentialInput: { name: "x" }'),
  rotateCredential: {
    outcomes: changedByAdmins,
    call: async () => `(id: "${await keyOf()}") { old { id } }`,
  },
  revokeCredential: onKey(changedByStaff),
  createPlan: { outcomes: admins, call: () => `(createPlanInput: { name: "${fresh()}" }) { id }` },
  updatePlan: on(planId, admins, ', updatePlanInput: { burst: 3 }'),
  deletePlan: on(planId, admins),
  createUpstream: {
    outcomes: admins,
    call: () => `(createUpstreamInput: { name: "${fresh()}", url: "http://up.test" }) { id }`,
  },
  updateUpstream: on(upstreamId, admins, ', updateUpstreamInput: { connectionsMax: 3 }'),
  deleteUpstream: on(upstreamId, admins),
  createRoute: {
    outcomes: admins,
    call: async () =>
      `(createRouteInput: { name: "${fresh()}", path: "/x", upstream: "${await upstreamId()}" }) { id }`,
  },
  updateRoute: on(routeId, admins, ', updateRouteInput: { cost: 3 }'),
  deleteRoute: on(routeId, admins),
};

function expectedFor(caller: Caller, { outcomes, isPublic }: Row): string {
  const [customer, moderator, admin, unscoped] = outcomes;
  switch (caller) {
    case 'a customer':
      return customer;
    case 'a moderator':
      return moderator;
    case 'an admin':
    case 'a service key for all':
      return admin;
    case 'a service key without the scope':
      return unscoped;
    case 'nobody':
    case 'a suspended admin':
    case 'a key of a customer':
      return isPublic ? ok : unknown;
  }
}

const queries = Object.keys(schema.getQueryType()?.getFields() ?? {});
const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
const answers: string[] = [];

/** A token of the caller's, of a session of its own where there is one. */
async function tokenOf(caller: Caller): Promise<string | undefined> {
  const { domain, users } = api;
  const signIn = async (user: User) => (await startSessionOf(domain, user)).accessToken;
  switch (caller) {
    case 'nobody':
      return undefined;
    case 'a customer':
      return signIn(users.customer);
    case 'a moderator':
      return signIn(users.moderator);
    case 'an admin':
      return signIn(users.admin);
    case 'a suspended admin':
      return signIn(await buildUser(domain, { plan: plan(), role: 'admin', status: 'suspended' }));
    case 'a service key without the scope':
      return (await buildServiceKey(domain, ['meter:write'])).secret;
    case 'a service key for all':
      return api.tokens.service;
    case 'a key of a customer':
      return (await buildKey(domain, { user: users.customer.id })).secret;
  }
}

/** Sends one operation and tells `ok`, or the code of its refusal, which is then in the audit log. */
async function outcomeOf(name: string, call: string, token: string | undefined): Promise<string> {
  const kind = mutations.includes(name) ? 'mutation' : 'query';
  const answer = await callGraphql(api, `${kind} { ${name} ${call} }`, { token });
  expectClean(answer, name);
  answers.push(answer.text);
  expect(answer.status, answer.text).toBe(200);
  const [error] = answer.errors ?? [];
  expect(answer.data?.[name] === null, answer.text).toBe(
    error !== undefined || answer.text === '{"data":{"me":null}}',
  );
  if (error === undefined) return ok;
  const { code, request_id } = error.extensions;
  if (code === forbidden || code === missing) {
    const { rows: recorded } = await api.domain.db.query(
      'select action from audit_events where request_id = $1',
      [request_id],
    );
    expect(recorded, name).toEqual([{ action: 'access.refused' }]);
  }
  return code;
}

test('every operation has its row here', () => {
  const named = Object.keys(rows).filter((name) => !name.includes(':'));
  expect(named.toSorted()).toEqual([...queries, ...mutations].toSorted());
});

describe.each(callers)('asvs-v5.0.0-8.2.1 asvs-v5.0.0-8.3.1 %s', (caller) => {
  test('may do what the roles grant, and is refused the rest', async () => {
    const told = await Promise.all(
      Object.entries(rows).map(async ([name, row]) => {
        const [field = ''] = name.split(':');
        // Each with a session of its own: one of them ends it.
        return [name, await outcomeOf(field, await row.call(), await tokenOf(caller))] as const;
      }),
    );
    const expected = Object.entries(rows).map(([name, row]) => [name, expectedFor(caller, row)]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  });
});

test('a customer reads and changes what is their own', async () => {
  const { id } = api.users.customer;
  const own: Record<string, string> = {
    user: `(id: "${id}") { id }`,
    updateUser: `(id: "${id}", updateUserInput: { lastName: "Own" }) { id }`,
    createCredential: `(createCredentialInput: { consumerId: "${id}", name: "own" }) { id }`,
    credentials: '{ data { id } }',
    usage: '{ requests }',
    usageEvents: '{ data { id } }',
  };
  for (const [name, call] of Object.entries(own)) {
    expect(await outcomeOf(name, call, api.tokens.customer), name).toBe(ok);
  }
  const grab = `(id: "${id}", updateUserInput: { role: ADMIN, firstName: "x" }) { id }`;
  expect(await outcomeOf('updateUser', grab, api.tokens.customer)).toBe(forbidden);
});

test('to whoever may not know of it, what exists and what does not are the same', async () => {
  const messages = async (id: string) => {
    const { text, errors } = await callGraphql(api, `{ user(id: "${id}") { id } }`, {
      token: api.tokens.customer,
    });
    return text.replaceAll(errors?.[0]?.extensions.request_id ?? id, '');
  };
  expect(await messages((await person()).id)).toBe(await messages(newId()));
});

test('asvs-v5.0.0-15.3.1 nothing that is stored as a secret came back in any answer', async () => {
  expect(answers.length).toBeGreaterThan(250);
  const all = answers.join('\n');
  const secrets = await secretsIn(api.domain.db);
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
});
