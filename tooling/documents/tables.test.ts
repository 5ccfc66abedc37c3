import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startGateway } from '../../apps/cli/src/testing/gateway.ts';
import { createApigate, type SignedIn } from '../../packages/sdk/src/index.ts';
import { openStage, type Stage } from './conformance/stage.ts';
import { tableRows } from './conformance/table-rows.ts';

vi.setConfig({ testTimeout: 60_000 });

const jwtSecret = 'a secret of the tests that has enough characters';
const tokenSeconds = 7200;
const password = 'correct horse battery staple';
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

type Role = 'customer' | 'moderator' | 'admin';
interface Person {
  id: string;
  email: string;
  token: string;
}

const stack = new AsyncDisposableStack();
let stage: Stage;
let people = 0;

beforeAll(async () => {
  const env = { JWT_SECRET: jwtSecret, JWT_EXPIRES_IN: '2h' };
  const gateway = stack.use(await startGateway(env));
  stage = stack.use(await openStage(gateway.dataDir, gateway.dataDir));
}, 60_000);

afterAll(() => stack.disposeAsync());

async function newUser(role: Role = 'customer'): Promise<{ id: string; email: string }> {
  people += 1;
  return stage.api.users.create({ email: `person-${people}@example.org`, role });
}

/** A user who is signed in. */
async function newPerson(role: Role = 'customer'): Promise<Person> {
  const { id, email } = await newUser(role);
  await stage.api.users.setPassword(id, password);
  return { id, email, token: (await signIn(email)).accessToken ?? '' };
}

/** The same person of a role in every test. */
const staff = new Map<Role, Promise<Person>>();

function personOf(role: Role): Promise<Person> {
  // A customer may not send so many GraphQL requests.
  if (role === 'customer') return newPerson();
  const person = staff.get(role) ?? newPerson(role);
  staff.set(role, person);
  return person;
}

function signIn(email: string): Promise<SignedIn> {
  return createApigate({ url: stage.apiUrl }).auth.signIn({ email, password });
}

/** Sends a request as an admin, or as whom the token is of. */
async function rest(
  request: string,
  body?: object,
  token = stage.adminToken,
): Promise<{ status: number; text: string; body: Record<string, unknown> }> {
  const [method = '', path = ''] = request.split(' ');
  const response = await fetch(`${stage.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text === '' ? {} : JSON.parse(text) };
}

/** The data that a GraphQL request gets, or the code of its error. */
async function graphql(token: string, query: string): Promise<unknown> {
  const { body } = await rest('POST /graphql', { query }, token);
  const [error]: unknown[] = Array.isArray(body['errors']) ? body['errors'] : [];
  return error === undefined ? body['data'] : Object(error).extensions.code;
}

/** What the REST API says of a user. */
async function shown(id: string): Promise<Record<string, unknown>> {
  return (await rest(`GET /admin/users/${id}`)).body;
}

async function columnOf(id: string, name: string): Promise<unknown> {
  const [row] = await stage.rows('select * from users where id = ?', [id]);
  return row?.[name];
}

/** A user with a key that has been used once. */
async function newCaller(status: 'active' | 'pending'): Promise<{ id: string; key: string }> {
  people += 1;
  const { id } = await stage.api.users.create({ email: `caller-${people}@example.org`, status });
  const { secret } = await stage.api.keys.create({ user: id, name: 'caller' });
  await expect.poll(() => stage.call(secret), { timeout: 10_000 }).toMatchObject({ status: 200 });
  return { id, key: secret };
}

/** Calls until a call is refused. @returns how many got through, at most `callsMax` */
async function callsUntilRefusal(key: string, callsMax: number): Promise<number> {
  for (let calls = 0; calls < callsMax; calls += 1) {
    if ((await stage.call(key)).status !== 200) return calls;
  }
  return callsMax;
}

/** Does the same as each role: a customer, a moderator, an admin. */
function asEach(act: (person: Person) => Promise<unknown>): Promise<unknown[]> {
  const roles = ['customer', 'moderator', 'admin'] as const;
  return Promise.all(roles.map(async (role) => act(await personOf(role))));
}

async function expectRole(graphqlName: string, role: Role): Promise<void> {
  const { id } = await newUser();
  const update = `mutation { updateUser(id: "${id}", updateUserInput: { role: ${graphqlName} }) { role } }`;
  expect(await graphql(stage.adminToken, update)).toEqual({ updateUser: { role: graphqlName } });
  expect(await columnOf(id, 'role')).toBe(role);
}

/** Expects of a field of an account what it is, and that nothing but `nullable` ones can be null. */
async function expectField(name: string, value: unknown, type: string): Promise<void> {
  const { id } = await stage.api.users.create({
    email: `field-${name.toLowerCase()}@example.org`,
    username: `field-${name.toLowerCase()}`,
    firstName: 'Ada',
    lastName: 'Lovelace',
  });
  const data = await graphql(stage.adminToken, `{ user(id: "${id}") { ${name} } }`);
  expect(data).toEqual({ user: { [name]: value } });
  const fields = await graphql(
    stage.adminToken,
    '{ __type(name: "User") { fields { name type { kind name ofType { name } } } } }',
  );
  const field = Object(fields).__type.fields.find((one: { name: string }) => one.name === name);
  const nonNull = field.type.kind === 'NON_NULL' ? `${field.type.ofType.name}!` : field.type.name;
  expect(nonNull).toBe(type);
}

function tokenParts(token: string): { header: unknown; payload: unknown; isSigned: boolean } {
  const [header = '', payload = '', signature] = token.split('.');
  const parse = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  const mac = createHmac('sha256', jwtSecret).update(`${header}.${payload}`).digest('base64url');
  return { header: parse(header), payload: parse(payload), isSigned: mac === signature };
}

async function expectDeed(service: string, message: string): Promise<void> {
  const { data } = await stage.api.audit.list();
  const lines = data.map((event) => `[${event.service}] ${event.message}`);
  expect(lines).toContain(`[${service}] ${message}`);
}

let recorded: ReturnType<typeof recordAccess> | undefined;

/** The record of the one GraphQL request that a person has sent, as soon as it is written. */
async function recordAccess() {
  const person = await newPerson('admin');
  const before = Date.now();
  await graphql(person.token, '{ users { id } }');
  const find = async () => (await stage.api.audit.access({ user: person.id })).data[0];
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  const record: Record<string, unknown> = { ...(await find()) };
  return { record, person, before, after: Date.now() };
}

function accessRecord(): ReturnType<typeof recordAccess> {
  recorded ??= recordAccess();
  return recorded;
}

async function expectAccess(field: string, value: unknown): Promise<void> {
  const { record } = await accessRecord();
  expect(record[field]).toEqual(value);
}

async function expectRequestsInWindow(role: Role, limit: number): Promise<void> {
  const { token } = await newPerson(role);
  const answers: unknown[] = [];
  while (answers.length <= limit) {
    const batch = Array.from({ length: Math.min(50, limit + 1 - answers.length) }, () =>
      graphql(token, '{ __typename }'),
    );
    answers.push(...(await Promise.all(batch)));
  }
  expect(answers.filter((answer) => answer === 'too_many_requests')).toHaveLength(1);
}

type Proofs = {
  [Table in keyof typeof tableRows]: Record<(typeof tableRows)[Table][number], () => Promise<void>>;
};

const proofs: Proofs = {
  'properties of a user': {
    id: async () => {
      const { id } = await newUser();
      expect(await shown(id)).toMatchObject({ id: expect.stringMatching(uuid) });
    },
    email: async () => {
      const { id, email } = await newUser();
      expect(await shown(id)).toMatchObject({ email });
      expect(await rest('POST /admin/users', {})).toMatchObject({ status: 400 });
      const again = await rest('POST /admin/users', { email: email.toUpperCase() });
      expect(again).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    },
    name: async () => {
      const { id } = await newUser();
      expect(await shown(id)).toMatchObject({ name: null });
      await rest(`PUT /admin/users/${id}`, { name: 'Acme' });
      expect(await shown(id)).toMatchObject({ name: 'Acme' });
    },
    password_hash: async () => {
      const { id, email, token } = await newPerson();
      const hash = String(await columnOf(id, 'password_hash'));
      expect(hash).toMatch(/^\$2[ab]\$/);
      const answers = [
        await rest(`GET /admin/users/${id}`),
        await rest('GET /admin/users'),
        await rest('GET /admin/audit'),
        await rest('POST /auth/login', { email, password }),
        await rest('POST /graphql', { query: '{ users { id } }' }, token),
      ];
      for (const { text } of answers) {
        expect(text).not.toContain(hash);
        expect(text).not.toMatch(/password_?hash/i);
      }
    },
    plan_id: async () => {
      const { id } = await newUser();
      const pro = await stage.api.plans.get('pro');
      await rest(`PUT /admin/users/${id}`, { plan_id: pro.id });
      expect(await shown(id)).toMatchObject({ plan_id: pro.id });
    },
    status: async () => {
      for (const status of ['active', 'suspended', 'pending']) {
        const made = await rest('POST /admin/users', { email: `${status}@example.org`, status });
        expect(made).toMatchObject({ status: 201, body: { status } });
      }
      const made = await rest('POST /admin/users', { email: 'x@example.org', status: 'deleted' });
      expect(made.status).toBe(400);
    },
    role: async () => {
      for (const role of ['admin', 'customer']) {
        const made = await rest('POST /admin/users', { email: `${role}@example.org`, role });
        expect(made).toMatchObject({ status: 201, body: { role } });
      }
      const made = await rest('POST /admin/users', { email: 'y@example.org', role: 'owner' });
      expect(made.status).toBe(400);
    },
    metadata: async () => {
      const { id } = await newUser();
      expect(await shown(id)).toMatchObject({ metadata: {} });
      await rest(`PUT /admin/users/${id}`, { metadata: { companySize: '10', a_b: 'c' } });
      expect((await shown(id))['metadata']).toEqual({ companySize: '10', a_b: 'c' });
    },
    stripe_customer_id: async () => {
      const { id } = await newUser();
      expect(await shown(id)).toMatchObject({ stripe_customer_id: null });
      await rest(`PUT /admin/users/${id}`, { stripe_customer_id: 'cus_1' });
      expect(await shown(id)).toMatchObject({ stripe_customer_id: 'cus_1' });
    },
    email_verified_at: async () => {
      const { id } = await newUser();
      expect(await shown(id)).toMatchObject({ email_verified_at: null });
      await rest(`POST /admin/users/${id}/verify`);
      expect(await shown(id)).toMatchObject({ email_verified_at: expect.stringMatching(time) });
    },
    created_at: async () => {
      const before = Date.now();
      const { created_at: at } = await shown((await newUser()).id);
      expect(at).toMatch(time);
      expect(Date.parse(String(at))).toBeGreaterThanOrEqual(before);
    },
    last_login_at: async () => {
      const email = 'signs.in@example.org';
      const { id } = await stage.api.users.create({ email, password });
      expect(await shown(id)).toMatchObject({ last_login_at: null });
      await signIn(email);
      expect(await shown(id)).toMatchObject({ last_login_at: expect.stringMatching(time) });
    },
  },

  'access by status': {
    active: async () => {
      const { key } = await newCaller('active');
      expect(await callsUntilRefusal(key, 30)).toBe(30);
    },
    pending: async () => {
      const { key } = await newCaller('pending');
      expect(await callsUntilRefusal(key, 30)).toBeLessThanOrEqual(10);
      expect(await stage.call(key)).toMatchObject({ status: 429, code: 'rate_limited' });
    },
    suspended: async () => {
      const { id, key } = await newCaller('active');
      await stage.api.users.suspend(id);
      await expect
        .poll(() => stage.call(key), { timeout: 10_000 })
        .toMatchObject({ status: 403, code: 'user_suspended' });
    },
  },

  'fields of an account in GraphQL': {
    id: () => expectField('id', expect.stringMatching(uuid), 'ID!'),
    username: () => expectField('username', 'field-username', 'String'),
    email: () => expectField('email', 'field-email@example.org', 'String!'),
    password: async () => {
      const { id } = await newPerson();
      const query = `{ user(id: "${id}") { password } }`;
      expect(await graphql(stage.adminToken, query)).toBe('bad_request');
      const hash = String(await columnOf(id, 'password_hash'));
      expect(hash).toMatch(/^\$2[ab]\$\d\d\$/);
    },
    firstName: () => expectField('firstName', 'Ada', 'String'),
    lastName: () => expectField('lastName', 'Lovelace', 'String'),
    role: () => expectField('role', 'USER', 'UserRole!'),
    isActive: () => expectField('isActive', true, 'Boolean!'),
    createdAt: () => expectField('createdAt', expect.stringMatching(time), 'DateTime!'),
    updatedAt: () => expectField('updatedAt', expect.stringMatching(time), 'DateTime!'),
  },

  'roles in GraphQL': {
    USER: () => expectRole('USER', 'customer'),
    MODERATOR: () => expectRole('MODERATOR', 'moderator'),
    ADMIN: () => expectRole('ADMIN', 'admin'),
  },

  'actions by role': {
    'Read own data': async () => {
      const emails = await asEach(async ({ id, email, token }) => {
        const data = await graphql(token, `{ user(id: "${id}") { email } }`);
        expect(data).toEqual({ user: { email } });
      });
      expect(emails).toHaveLength(3);
    },
    'Update own data': async () => {
      const changed = await asEach(({ id, token }) =>
        graphql(
          token,
          `mutation { updateUser(id: "${id}", updateUserInput: { firstName: "Ada" }) { firstName } }`,
        ),
      );
      expect(changed).toEqual(Array(3).fill({ updateUser: { firstName: 'Ada' } }));
    },
    'Read all users': async () => {
      const seen = await asEach(({ token }) => graphql(token, '{ users { id } }'));
      expect(seen).toEqual([
        'forbidden',
        { users: expect.any(Array) },
        { users: expect.any(Array) },
      ]);
    },
    'Update other users': async () => {
      const change = (input: string, role: Role) =>
        asEach(async ({ token }) => {
          const { id } = await newUser(role);
          const answer = await graphql(
            token,
            `mutation { updateUser(id: "${id}", updateUserInput: { ${input} }) { id } }`,
          );
          return typeof answer === 'string' ? answer : 'done';
        });
      expect(await change('firstName: "Ada"', 'customer')).toEqual(['not_found', 'done', 'done']);
      expect(await change('isActive: false', 'customer')).toEqual(['not_found', 'done', 'done']);
      expect(await change('role: MODERATOR', 'customer')).toEqual([
        'not_found',
        'forbidden',
        'done',
      ]);
      expect(await change('firstName: "Ada"', 'moderator')).toEqual([
        'not_found',
        'forbidden',
        'done',
      ]);
    },
    'Delete users': async () => {
      const left = await asEach(async ({ token }) => {
        const { id } = await newUser();
        const answer = await graphql(token, `mutation { deleteUser(id: "${id}") { id } }`);
        const isThere = (await columnOf(id, 'id')) === id;
        return [typeof answer === 'string' ? answer : 'done', isThere];
      });
      expect(left).toEqual([
        ['not_found', true],
        ['forbidden', true],
        ['done', false],
      ]);
    },
    'Manage credentials': async () => {
      const made = await asEach(async ({ token }) => {
        const { id } = await newUser();
        const input = `consumerId: "${id}", name: "for another"`;
        const answer = await graphql(
          token,
          `mutation { createCredential(createCredentialInput: { ${input} }) { id } }`,
        );
        return typeof answer === 'string' ? answer : 'done';
      });
      expect(made).toEqual(['not_found', 'forbidden', 'done']);
      const revoked = await asEach(async ({ token }) => {
        const { id } = await newUser();
        const key = await stage.api.keys.create({ user: id, name: 'of another' });
        const answer = await graphql(
          token,
          `mutation { revokeCredential(id: "${key.id}") { id } }`,
        );
        return typeof answer === 'string' ? answer : 'done';
      });
      expect(revoked).toEqual(['not_found', 'done', 'done']);
    },
    'System configuration': async () => {
      const statuses = await asEach(async ({ token }) => {
        const setting = 'PUT /admin/settings/password.min_length';
        return [
          (await rest(setting, { value: 9 }, token)).status,
          (await rest('GET /admin/settings', undefined, token)).status,
        ];
      });
      expect(statuses).toEqual([
        [403, 403],
        [403, 403],
        [200, 200],
      ]);
      await stage.api.settings.unset('password.min_length');
    },
  },

  'access tokens': {
    Expiration: async () => {
      const { token } = await newPerson();
      const { iat, exp } = Object(tokenParts(token).payload);
      expect(exp - iat).toBe(tokenSeconds);
    },
    Secret: async () => {
      const { token } = await newPerson();
      expect(tokenParts(token).isSigned).toBe(true);
    },
    Algorithm: async () => {
      const { id, token } = await newPerson();
      expect(tokenParts(token).header).toMatchObject({ alg: 'HS256' });
      const [, payload] = token.split('.');
      const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
      const forged = `${header}.${payload}.`;
      expect(await graphql(forged, `{ user(id: "${id}") { id } }`)).toBe('unauthenticated');
    },
  },

  'deeds in the audit log': {
    '[AuthService] User login': async () => {
      const { email } = await newPerson();
      await expectDeed('AuthService', `User login: ${email}`);
    },
    '[UsersService] User created': async () => {
      const { id } = await newUser();
      await expectDeed('UsersService', `User created: ${id}`);
    },
    '[UsersService] User updated': async () => {
      const { id } = await newUser();
      await stage.api.users.update(id, { name: 'Ada' });
      await expectDeed('UsersService', `User updated: ${id}`);
    },
  },

  'fields of an access record': {
    timestamp: async () => {
      const { record, before, after } = await accessRecord();
      const at = Object(record['timestamp']).getTime();
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(after);
    },
    userId: async () => {
      const { record, person } = await accessRecord();
      expect(record['userId']).toBe(person.id);
    },
    method: () => expectAccess('method', 'POST'),
    endpoint: () => expectAccess('endpoint', '/graphql'),
    query: () => expectAccess('query', 'users'),
    statusCode: () => expectAccess('statusCode', 200),
    responseTime: async () => {
      const { record, before, after } = await accessRecord();
      expect(record['responseTime']).toBeGreaterThanOrEqual(0);
      expect(record['responseTime']).toBeLessThanOrEqual(after - before);
    },
  },

  'GraphQL requests by role': {
    USER: () => expectRequestsInWindow('customer', 10),
    MODERATOR: () => expectRequestsInWindow('moderator', 100),
    ADMIN: () => expectRequestsInWindow('admin', 1000),
  },
};

describe.each(Object.entries(proofs))('%s', (_table, ofTable) => {
  test.each(Object.entries(ofTable))('%s', async (_row, prove) => {
    await prove();
    expect.hasAssertions();
  });
});
