import { buildUsageRecord, buildUser } from '@apigate/domain/testing';
import { ingestUsage } from '@apigate/domain/gateway';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callGraphql, type GraphqlOptions } from '../testing/call-graphql.ts';
import { startTestApi, testPassword, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const goodPassword = 'harbour quilt juniper walnut';

/** The data of an operation that succeeds; an admin's unless told. */
async function run(query: string, options: GraphqlOptions = {}) {
  const { data, text } = await callGraphql(api, query, { token: api.tokens.admin, ...options });
  if (data == null || text.includes('"errors"')) throw new Error(text);
  return data;
}

describe('an account', () => {
  test('is registered, signs in, renews its tokens, changes its profile and signs out', async () => {
    const registered = await run(
      `mutation { register(registerInput: { username: "walter", email: "walter@example.com", password: "${goodPassword}" }) {
        accessToken refreshToken expiresAt user { id username email role isActive } } }`,
      { token: undefined },
    );
    expect(registered['register']).toEqual({
      accessToken: expect.stringMatching(/^eyJ/),
      refreshToken: expect.any(String),
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
      user: {
        id: expect.any(String),
        username: 'walter',
        email: 'walter@example.com',
        role: 'USER',
        isActive: true,
      },
    });
    const { login } = await run(
      `mutation { login(loginInput: { email: "Walter@example.com", password: "${goodPassword}" }) {
        accessToken refreshToken user { id } } }`,
      { token: undefined },
    );
    const session = (value: unknown, field: string) => String(Reflect.get(Object(value), field));
    const { refreshToken } = await run(
      `mutation($token: String!) { refreshToken(refreshToken: $token) { accessToken refreshToken user { username } } }`,
      { token: undefined, variables: { token: session(login, 'refreshToken') } },
    );
    expect(refreshToken).toMatchObject({ user: { username: 'walter' } });
    const token = session(refreshToken, 'accessToken');
    const { me } = await run('{ me { id plan { slug } } }', { token });
    expect(me).toEqual({ id: expect.any(String), plan: { slug: 'free' } });
    expect(
      await run(
        `mutation($id: ID!) { updateUser(id: $id, updateUserInput: { firstName: "Walt", isActive: true }) { firstName isActive } }`,
        { token, variables: { id: session(me, 'id') } },
      ),
    ).toEqual({ updateUser: { firstName: 'Walt', isActive: true } });
    await run(`mutation($token: String!) { logout(refreshToken: $token) }`, {
      token,
      variables: { token: session(refreshToken, 'refreshToken') },
    });
    const after = await callGraphql(api, '{ me { id } }', { token });
    expect(after).toMatchObject({
      status: 200,
      data: { me: null },
      errors: [{ path: ['me'], extensions: { code: 'unauthenticated' } }],
    });
  });

  test('needs no username, and has no session before the address is verified where that is asked', async () => {
    const register = (email: string) =>
      run(
        `mutation { register(registerInput: { email: "${email}", password: "${goodPassword}" }) { accessToken user { username } } }`,
        { token: undefined },
      );
    expect(await register('plain@example.com')).toMatchObject({
      register: { accessToken: expect.any(String), user: { username: null } },
    });
    const { db } = api.domain;
    await db.query(
      `insert into settings (name, value, updated_at) values ('require_email_verification', 'true', now())`,
    );
    expect(await register('later@example.com')).toEqual({
      register: { accessToken: null, user: null },
    });
    await db.query(`delete from settings where name = 'require_email_verification'`);
  });
});

describe('users', () => {
  const build = (overrides: Parameters<typeof buildUser>[1] = {}) =>
    buildUser(api.domain, { plan: api.users.admin.plan.id, ...overrides });
  const read = async (id: string) =>
    (
      await run(`query($id: ID!) { user(id: $id) { firstName isActive status role } }`, {
        variables: { id },
      })
    )['user'];

  test('are made, found by any of their names, changed, suspended, activated and deleted', async () => {
    const { createUser } = await run(
      `mutation($input: CreateUserInput!) { createUser(createUserInput: $input) { id role isActive metadata plan { name } } }`,
      {
        variables: {
          input: {
            email: 'nora@example.com',
            username: 'nora',
            externalId: 'crm-77',
            password: testPassword,
            role: 'MODERATOR',
            metadata: { company: 'ACME' },
          },
        },
      },
    );
    expect(createUser).toMatchObject({
      role: 'MODERATOR',
      isActive: true,
      metadata: { company: 'ACME' },
      plan: { name: 'Free' },
    });
    for (const id of ['nora', 'crm-77', 'NORA@example.com']) {
      expect(await read(id)).toMatchObject({ role: 'MODERATOR', firstName: null });
    }
    const update = (fields: string) =>
      run(
        `mutation { updateUser(id: "crm-77", updateUserInput: { ${fields} }) { firstName isActive status } }`,
      );
    expect(await update('firstName: "Nora", isActive: true')).toMatchObject({
      updateUser: { firstName: 'Nora', isActive: true },
    });
    expect(await update('isActive: false, firstName: null')).toEqual({
      updateUser: { firstName: null, isActive: false, status: 'SUSPENDED' },
    });
    expect(await update('isActive: true')).toMatchObject({ updateUser: { status: 'ACTIVE' } });
    expect(await update('role: USER')).toMatchObject({ updateUser: { isActive: true } });
    await run(
      `mutation { setUserPassword(id: "nora", password: "${goodPassword}") { id } verifyUser(id: "nora") { id } }`,
    );
    const { user } = await run('{ user(id: "nora") { emailVerifiedAt } }');
    expect(user).toEqual({ emailVerifiedAt: expect.stringMatching(/Z$/) });
    await run('mutation { deleteUser(id: "nora") { id } }');
    expect(
      await callGraphql(api, '{ user(id: "nora") { id } }', { token: api.tokens.admin }),
    ).toMatchObject({
      data: { user: null },
      errors: [{ path: ['user'], extensions: { code: 'not_found' } }],
    });
  });

  test('are listed by role and by whether they are active, side by side in one request', async () => {
    const suspended = await build({ status: 'suspended' });
    const pending = await build({ status: 'pending' });
    const { admins, active, inactive } = await run(
      `{ admins: users(where: { role: ADMIN, isActive: true }) { id }
         active: users(where: { isActive: true }) { id isActive }
         inactive: users(where: { isActive: false, q: null }) { id isActive } }`,
    );
    expect(admins).toEqual([{ id: api.users.admin.id }]);
    expect(active).toContainEqual({ id: api.users.customer.id, isActive: true });
    for (const { id } of [suspended, pending]) {
      expect(inactive).toContainEqual({ id, isActive: false });
    }
    expect(inactive).not.toContainEqual(expect.objectContaining({ isActive: true }));
  });

  test('are read page by page, as every longer list is', async () => {
    const emails: string[] = [];
    let cursor: unknown = null;
    do {
      const { usersPage } = await run(
        `query($cursor: String) { usersPage(limit: 3, cursor: $cursor, sort: EMAIL) { data { email } hasMore nextCursor } }`,
        { variables: { cursor } },
      );
      const page = Object(usersPage);
      emails.push(...page.data.map(({ email }: { email: string }) => email));
      cursor = page.nextCursor;
      expect(page.hasMore).toBe(cursor !== null);
    } while (cursor !== null);
    const { rows } = await api.domain.db.query('select email from users order by email');
    expect(emails).toEqual(rows.map(({ email }) => email));
  });

  test('change as a whole or not at all', async () => {
    const { admin } = api.users;
    const refused = await callGraphql(
      api,
      `mutation($id: ID!) { updateUser(id: $id, updateUserInput: { firstName: "Gone", isActive: false }) { id } }`,
      { token: api.tokens.admin, variables: { id: admin.id } },
    );
    expect(refused.errors?.[0]?.extensions.code).toBe('self_change_refused');
    expect(await read(admin.id)).toMatchObject({ firstName: null, isActive: true });
  });

  test('are left alone where an input is faulty, and every fault is named', async () => {
    const { errors, data, status } = await callGraphql(
      api,
      `mutation { createUser(createUserInput: { email: "nobody", username: "!", password: "long enough" }) { id } }`,
      { token: api.tokens.admin },
    );
    expect([status, data]).toEqual([200, { createUser: null }]);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'bad_request',
      errors: expect.arrayContaining([
        expect.objectContaining({ path: 'email' }),
        expect.objectContaining({ path: 'username' }),
      ]),
    });
  });
});

describe('credentials', () => {
  test('tell a generated secret once, are changed, rotated and revoked', async () => {
    const token = api.tokens.customer;
    const own = (query: string, variables: Record<string, unknown> = {}) =>
      run(query, { token, variables });
    const { createCredential } = await own(
      'mutation { createCredential(createCredentialInput: { name: "App", expiresAt: "2030-01-01T00:00:00Z" }) { id secret kind type user { id } rateLimitPerMinute } }',
    );
    expect(createCredential).toEqual({
      id: expect.any(String),
      secret: expect.stringMatching(/^ak_[A-Za-z0-9]{38}$/),
      kind: 'KEY',
      type: 'KEY_AUTH',
      user: { id: api.users.customer.id },
      rateLimitPerMinute: null,
    });
    const id = String(Reflect.get(Object(createCredential), 'id'));
    const { updateCredential } = await own(
      'mutation($id: ID!) { updateCredential(id: $id, updateCredentialInput: { enabled: false, rateLimitPerMinute: 5, expiresAt: null }) { status rateLimitPerMinute expiresAt secret } }',
      { id },
    );
    expect(updateCredential).toEqual({
      status: 'DISABLED',
      rateLimitPerMinute: 5,
      expiresAt: null,
      secret: null,
    });
    await own(
      'mutation($id: ID!) { updateCredential(id: $id, updateCredentialInput: { enabled: true }) { id } }',
      { id },
    );
    const { rotateCredential } = await own(
      'mutation($id: ID!) { rotateCredential(id: $id) { old { id graceUntil secret } successor { id secret rateLimitPerMinute } } }',
      { id },
    );
    expect(rotateCredential).toMatchObject({
      old: { id, graceUntil: expect.any(String), secret: null },
      successor: { secret: expect.stringMatching(/^ak_/), rateLimitPerMinute: 5 },
    });
    await own('mutation($id: ID!) { revokeCredential(id: $id) { status } }', { id });
    const { credentials, credential } = await own(
      'query($id: ID!) { credentials(where: { status: REVOKED }) { data { id status secret } } credential(id: $id) { status } }',
      { id },
    );
    expect(credentials).toEqual({ data: [{ id, status: 'REVOKED', secret: null }] });
    expect(credential).toEqual({ status: 'REVOKED' });
  });

  test('may have an id and a secret of the owner’s choice', async () => {
    const { createCredential } = await run(
      `mutation($owner: ID!) { createCredential(createCredentialInput: { consumerId: $owner, type: KEY_AUTH, keyId: "shop-7", keySecret: "s3cret-7" }) {
        id keyId kind name secret } }`,
      { variables: { owner: api.users.customer.email } },
    );
    expect(createCredential).toEqual({
      id: expect.any(String),
      keyId: 'shop-7',
      kind: 'BASIC',
      name: 'shop-7',
      secret: 'shop-7:s3cret-7',
    });
    const half = await callGraphql(
      api,
      'mutation { createCredential(createCredentialInput: { keyId: "shop-8" }) { id } }',
      { token: api.tokens.customer },
    );
    expect(half.errors?.[0]?.extensions.code).toBe('bad_request');
  });
});

test('plans, upstreams and routes are made, listed, changed and deleted', async () => {
  const made = await run(
    `mutation {
      createPlan(createPlanInput: { name: "Big", requestsPerMonth: 5000000000, rateLimitPerMinute: "unlimited", enforcement: SOFT, overageCentsPer1000: 10, features: { sso: "yes" } }) {
        slug requestsPerMonth rateLimitPerMinute enforcement features userCount }
      createUpstream(createUpstreamInput: { name: "Up", url: "http://up.test" }) { name url responseTimeoutMs }
      createRoute(createRouteInput: { name: "Way", path: "/way/*", upstream: "Up", methods: [GET, POST] }) {
        name methods upstream { name } rateLimitPerMinute cost }
    }`,
  );
  expect(made).toEqual({
    createPlan: {
      slug: 'big',
      requestsPerMonth: 5_000_000_000,
      rateLimitPerMinute: null,
      enforcement: 'SOFT',
      features: { sso: 'yes' },
      userCount: 0,
    },
    createUpstream: { name: 'Up', url: 'http://up.test', responseTimeoutMs: 30_000 },
    createRoute: {
      name: 'Way',
      methods: ['GET', 'POST'],
      upstream: { name: 'Up' },
      rateLimitPerMinute: null,
      cost: 1,
    },
  });
  expect(
    await run(
      `mutation {
        updatePlan(id: "big", updatePlanInput: { rateLimitPerMinute: 7, description: "x", burst: null }) { rateLimitPerMinute description }
        updateUpstream(id: "Up", updateUpstreamInput: { authHeader: { name: "X-Key", value: "v" } }) { authHeaderName }
        updateRoute(id: "Way", updateRouteInput: { methods: [], rateLimitPerMinute: -1 }) { methods }
      }`,
    ),
  ).toEqual({
    updatePlan: { rateLimitPerMinute: 7, description: 'x' },
    updateUpstream: { authHeaderName: 'X-Key' },
    updateRoute: { methods: [] },
  });
  expect(
    await run(
      `{ plan(id: "big") { name } plans(where: { enabled: true }) { data { slug } hasMore }
         route(id: "Way") { path } routes(where: { upstream: "Up" }) { data { name } }
         upstream(id: "Up") { url } upstreams { data { name } nextCursor } }`,
    ),
  ).toEqual({
    plan: { name: 'Big' },
    plans: { data: [{ slug: 'free' }, { slug: 'big' }], hasMore: false },
    route: { path: '/way/*' },
    routes: { data: [{ name: 'Way' }] },
    upstream: { url: 'http://up.test' },
    upstreams: { data: [{ name: 'Up' }], nextCursor: null },
  });
  await run(
    'mutation { deleteRoute(id: "Way") { id } deleteUpstream(id: "Up") { id } deletePlan(id: "big") { id } }',
  );
});

test('usage is the same that the proxy counted', async () => {
  const { id } = api.users.otherCustomer;
  const atMs = Date.now();
  await ingestUsage(api.domain.db, [
    buildUsageRecord({ userId: id, atMs, status: 200 }),
    buildUsageRecord({ userId: id, atMs, status: 503 }),
  ]);
  const { usage, usageEvents } = await run(
    `{ usage { user { id } requests outcomes { success redirect clientError serverError refused } quota { used limit percent } byDay { requests outcomes { success } } }
       usageEvents(where: { refused: false }) { data { id at status user { id } latencyMs refusalCode } } }`,
    { token: api.tokens.otherCustomer },
  );
  expect(usage).toMatchObject({
    user: { id },
    requests: 2,
    outcomes: { success: 1, redirect: 0, clientError: 0, serverError: 1, refused: 0 },
    byDay: [{ requests: 2, outcomes: { success: 1 } }],
  });
  expect(Reflect.get(Object(usageEvents), 'data')).toHaveLength(2);
});

test('of several mutations one that fails takes nothing back of those before it', async () => {
  const { status, data, errors } = await callGraphql(
    api,
    `mutation { first: createPlan(createPlanInput: { name: "First" }) { slug } second: createPlan(createPlanInput: { name: "First" }) { slug } }`,
    { token: api.tokens.admin },
  );
  expect([status, data]).toEqual([200, { first: { slug: 'first' }, second: null }]);
  expect(errors).toMatchObject([
    { path: ['second'], extensions: { code: expect.stringMatching(/_taken$/) } },
  ]);
});
