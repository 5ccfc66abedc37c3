import { newId } from '@apigate/domain';
import { buildKey, buildPlan, buildRoute, buildUpstream, buildUser } from '@apigate/domain/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClean } from '../testing/clean-answers.ts';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
let planId: string;
beforeAll(async () => {
  api = await startTestApi();
  planId = (await buildPlan(api.domain, { slug: 'pro', name: 'Pro' })).id;
  await api.domain.openConnections();
});
afterAll(() => api[Symbol.asyncDispose]());

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Record<string, unknown>;
}

async function call(
  address: string,
  {
    body,
    ...init
  }: Omit<RequestInit, 'body' | 'headers'> & {
    body?: unknown;
    headers?: Record<string, string>;
  } = {},
  token: string | undefined = api.tokens.admin,
): Promise<Answer> {
  const [method = '', path = ''] = address.split(' ');
  const response = await fetch(api.url + path, {
    redirect: 'manual',
    ...init,
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...init.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status, headers } = response;
  expectClean({ status, headers, text }, address);
  return { status, headers, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
}

const failure = ({ status, body }: Answer) => [status, body['code']];
let made = 0;
const address = () => `person-${(made += 1)}@example.com`;

test('fields may be called as the command line calls them, and the secret of a key is told as key', async () => {
  const plan = await call('POST /admin/plans', {
    body: {
      name: 'Team',
      id: 'team',
      price: 2900,
      rate_limit: 600,
      monthly_quota: 'unlimited',
      enforcement: 'soft',
      overage_price: 50,
    },
  });
  expect(plan.body).toMatchObject({
    slug: 'team',
    price_monthly_cents: 2900,
    rate_limit_per_minute: 600,
    requests_per_month: null,
    overage_cents_per_1000: 50,
  });
  const user = await call('POST /admin/users', {
    body: { id: 'ours-7', email: address(), plan_id: 'team' },
  });
  expect(user.body).toMatchObject({ external_id: 'ours-7', plan_id: plan.body['id'] });
  const key = await call('POST /admin/keys', {
    body: { user_id: 'ours-7', name: 'first', rate_limit: 10, expires: '2040-01-01T00:00:00Z' },
  });
  expect(key.body).toMatchObject({
    key: key.body['secret'],
    rate_limit_per_minute: 10,
    expires_at: '2040-01-01T00:00:00.000Z',
  });
  const upstream = await buildUpstream(api.domain);
  const route = await call('POST /admin/routes', {
    body: { name: 'Reports', path: '/r/*', upstream_id: upstream.id, scopes: ['reports:read'] },
  });
  expect(route.body).toMatchObject({ required_scopes: ['reports:read'] });
  const twice = await call('PUT /admin/plans/team', { body: { price: 1, price_monthly_cents: 2 } });
  expect(failure(twice)).toEqual([400, 'bad_request']);
});

describe('users', () => {
  test('are made, read, changed, suspended, activated, verified and deleted at the promised addresses', async () => {
    const created = await call('POST /admin/users', {
      body: {
        email: 'customer@acme.example',
        name: 'Acme Corp',
        plan_id: planId,
        status: 'active',
      },
    });
    expect(created.status, created.text).toBe(201);
    const id = String(created.body['id']);
    expect(created.headers.get('location')).toBe(`/admin/users/${id}`);
    expect(created.body).toMatchObject({
      email: 'customer@acme.example',
      name: 'Acme Corp',
      plan_id: planId,
      plan: { slug: 'pro' },
      status: 'active',
      role: 'customer',
      stripe_customer_id: null,
      email_verified_at: null,
      last_login_at: null,
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const listed = await call(`GET /admin/users?plan_id=${planId}`);
    expect(listed.body).toMatchObject({ has_more: false, next_cursor: null });
    expect(listed.body['data']).toEqual([created.body]);
    const path = `/admin/users/${id}`;
    expect((await call(`GET ${path}`)).body).toEqual(created.body);
    const moved = await call(`PUT ${path}`, { body: { plan_id: 'free' } });
    expect(moved.body).toMatchObject({ plan: { slug: 'free' }, name: 'Acme Corp' });
    const metadata = { company_size: '10-50', industry: 'fintech', signUp: 'google_ads' };
    expect((await call(`PUT ${path}`, { body: { metadata } })).body).toMatchObject({ metadata });
    expect((await call(`POST ${path}/suspend`)).body).toMatchObject({ status: 'suspended' });
    expect((await call(`POST ${path}/activate`)).body).toMatchObject({ status: 'active' });
    expect((await call(`POST ${path}/verify`)).body['email_verified_at']).not.toBeNull();
    const gone = await call(`DELETE ${path}`);
    expect([gone.status, gone.text, gone.headers.get('content-type')]).toEqual([204, '', null]);
    expect(failure(await call(`GET ${path}`))).toEqual([404, 'not_found']);
  });

  test('are named by id, e-mail address, username or external id', async () => {
    const email = address();
    const { id } = await buildUser(api.domain, { email, username: 'named', externalId: 'user:42' });
    for (const name of [id, email, email.toUpperCase(), 'named', 'user:42']) {
      const answer = await call(`GET /admin/users/${encodeURIComponent(name)}`);
      expect(answer.body['id'], name).toBe(id);
    }
  });

  test('are kept as they are by a change of nothing, and by a refused one', async () => {
    const { id } = await buildUser(api.domain, { name: 'As it was', metadata: { a: '1' } });
    const before = await call(`GET /admin/users/${id}`);
    expect((await call(`PUT /admin/users/${id}`, { body: {} })).status).toBe(200);
    await call(`PUT /admin/users/${id}`, { body: { name: 'Other', plan_id: 'none' } });
    await call(`PUT /admin/users/${id}`, { body: { name: 'Other', more: 1 } });
    const after = await call(`GET /admin/users/${id}`);
    expect({ ...after.body, updated_at: null }).toEqual({ ...before.body, updated_at: null });
  });
});

describe('a list', () => {
  test('is walked page by page to its end', async () => {
    const { id } = await buildUser(api.domain);
    for (let at = 0; at < 5; at += 1) await buildKey(api.domain, { user: id });
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const { body } = await call(`GET /admin/keys?user=${id}&limit=2${cursor}`);
      seen.push(...(body['data'] as unknown[]));
      expect(body['has_more']).toBe(body['next_cursor'] !== null);
      const { next_cursor: next } = body;
      cursor = typeof next === 'string' ? `&cursor=${next}` : '';
    } while (cursor !== '');
    expect(new Set(seen.map((key) => Reflect.get(Object(key), 'id'))).size).toBe(5);
  });

  test('is narrowed down by metadata, which keeps its names', async () => {
    const { id } = await buildUser(api.domain, { metadata: { teamSize: '2', tier: 'gold' } });
    const { body } = await call('GET /admin/users?metadata[teamSize]=2&metadata[tier]=gold');
    expect(body['data']).toMatchObject([{ id }]);
    const none = await call('GET /admin/users?metadata[teamSize]=3');
    expect(none.body['data']).toEqual([]);
    const { status } = await call('GET /admin/users?__proto__[role]=admin');
    expect(status).toBe(400);
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'limit=', 'limit=1&limit=2', 'cursor=x'])(
    'takes no %s',
    async (query) => {
      const answer = await call(`GET /admin/users?${query}`);
      expect(failure(answer)).toEqual([400, 'bad_request']);
      expect(answer.body['errors']).toMatchObject([{ path: query.split('=')[0] }]);
    },
  );
});

describe('bad input', () => {
  test('is told by the names of REST, each fault of it', async () => {
    const answer = await call('POST /admin/users', {
      body: { email: 'x', first_name: 7, metadata: { companySize: 1 }, plan: '' },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const errors = answer.body['errors'] as { path: string }[];
    expect(errors.map(({ path }) => path).toSorted()).toEqual([
      'email',
      'first_name',
      'metadata.companySize',
      'plan',
    ]);
    expect(answer.body['request_id']).toBe(answer.headers.get('x-request-id'));
  });

  test.each([
    [{ email: 'a@example.com', firstName: 'Jane' }, 'firstName'],
    [{ email: 'a@example.com', nickname: 'Jane' }, 'nickname'],
    [{ email: 'a@example.com', plan: 'pro', plan_id: 'pro' }, 'plan_id'],
    ['{"email":"a@example.com","__proto__":{"role":"admin"}}', '__proto__'],
  ])('%s is refused for %s', async (body, path) => {
    const answer = await call('POST /admin/users', { body });
    expect(failure(answer)).toEqual([400, 'bad_request']);
    expect(answer.body['errors']).toMatchObject([{ path }]);
  });

  test.each([
    ['POST /admin/users?email=a@example.com', {}, 'email'],
    ['PUT /admin/users/jane', { user: 'admin@example.com' }, 'user'],
    ['POST /admin/keys', { name: 'x', expires_at: 'tomorrow' }, 'expires_at'],
    ['GET /admin/keys/no-id', undefined, 'id'],
  ])('%s %s is refused for %s', async (where, body, path) => {
    const answer = await call(where, body === undefined ? {} : { body });
    expect(failure(answer)).toEqual([400, 'bad_request']);
    expect(answer.body['errors']).toMatchObject([{ path }]);
    expect(String(answer.body['detail'])).toMatch(new RegExp(`^${path}\\b`));
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'of the type %s is not read',
    async (type) => {
      const answer = await call('POST /admin/users', {
        body: '{"email":"typed@example.com"}',
        headers: { 'content-type': type },
      });
      expect(failure(answer)).toEqual([415, 'unsupported_media_type']);
    },
  );

  test.each(['[]', '"x"', '{', '1'])('%s is no request', async (body) => {
    expect(failure(await call('POST /admin/users', { body }))).toEqual([400, 'bad_request']);
  });
});

describe('an address', () => {
  test.each(['/admin/nothing', '/admin', '/admin/users/a/b', '/v1/nothing', '/auth/nothing'])(
    '%s that is not there is not found',
    async (path) => {
      expect(failure(await call(`GET ${path}`))).toEqual([404, 'not_found']);
    },
  );

  test.each([
    ['PATCH /admin/users', 'GET, POST, HEAD'],
    ['POST /admin/users/x', 'GET, PUT, DELETE, HEAD'],
    ['DELETE /admin/users/x/suspend', 'POST'],
    ['GET /auth/login', 'POST'],
    ['GET /v1/keys/verify', 'POST'],
  ])('refuses %s, and names %s', async (where, allow) => {
    const answer = await call(where);
    expect(failure(answer)).toEqual([405, 'method_not_allowed']);
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test('answers HEAD like GET, without the body', async () => {
    const answer = await call('HEAD /admin/users');
    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  test.each([
    ['/admin/users', '/console/users'],
    ['/admin/users/jane@example.com', '/console/users/jane@example.com'],
    ['/admin', '/console'],
  ])('%s opened in a browser leads to %s', async (path, page) => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const answer = await call(`GET ${path}`, { headers: { accept } });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, page]);
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('accept');
    const json = await call('GET /admin/users', { headers: { accept: 'application/json' } });
    expect(json.status).toBe(200);
  });

  test('opens to nobody without credentials, whatever is asked there', async () => {
    const answer = await call('GET /admin/users', {}, '');
    expect(failure(answer)).toEqual([401, 'unauthenticated']);
  });
});

describe('settings', () => {
  test('keep their names, and lists of them are pages', async () => {
    const set = await call('PUT /admin/settings/password.min_length', { body: { value: 10 } });
    expect(set.body).toMatchObject({ name: 'password.min_length', value: 10, is_set: true });
    const list = await call('GET /admin/settings');
    expect(list.body).toMatchObject({ has_more: false, next_cursor: null });
    const unset = await call('DELETE /admin/settings/password.min_length');
    expect(unset.body).toMatchObject({ value: 8, is_set: false });
  });
});

test('the changes in the audit log have the names of REST', async () => {
  const { id } = await buildUser(api.domain);
  await call(`PUT /admin/users/${id}`, {
    body: { first_name: 'Jane', metadata: { teamSize: '2' } },
  });
  const { body } = await call(`GET /admin/audit?user=${id}`);
  expect(body['data']).toMatchObject([
    { after: { first_name: 'Jane', metadata: { teamSize: '2' } } },
  ]);
});

describe('If-Match', () => {
  const things: Record<string, () => Promise<[path: string, bodies: (at: number) => object]>> = {
    user: async () => [
      `/admin/users/${(await buildUser(api.domain)).id}`,
      (at) => ({ name: `name ${at}` }),
    ],
    plan: async () => [
      `/admin/plans/${(await buildPlan(api.domain)).id}`,
      (at) => ({ burst: at + 1 }),
    ],
    key: async () => [
      `/admin/keys/${(await buildKey(api.domain)).key.id}`,
      (at) => ({ name: `name ${at}` }),
    ],
    route: async () => [
      `/admin/routes/${(await buildRoute(api.domain)).id}`,
      (at) => ({ priority: at + 1 }),
    ],
    upstream: async () => [
      `/admin/upstreams/${(await buildUpstream(api.domain)).id}`,
      (at) => ({ connections_max: at + 1 }),
    ],
    setting: () => Promise.resolve(['/admin/settings/keys.prefix', (at) => ({ value: `p${at}` })]),
  };

  test.each(Object.keys(things))(
    'of many who change the same version of a %s lets one through',
    async (thing) => {
      const [path, bodyOf] = (await things[thing]?.()) ?? ['', () => ({})];
      const etag = (await call(`GET ${path}`)).headers.get('etag') ?? '';
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, at) =>
          call(`PUT ${path}`, { body: bodyOf(at), headers: { 'if-match': etag } }),
        ),
      );
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(statuses.filter((status) => status === 412)).toHaveLength(answers.length - 1);
      const winner = answers.find(({ status }) => status === 200);
      const now = await call(`GET ${path}`);
      expect(now.headers.get('etag')).toBe(winner?.headers.get('etag'));
    },
  );

  test('holds what is used as well as changed: use makes no other version', async () => {
    const { key } = await buildKey(api.domain);
    const before = (await call(`GET /admin/keys/${key.id}`)).headers.get('etag');
    await api.domain.db.query('update keys set last_used_at = now() where id = $1', [key.id]);
    const after = await call(`GET /admin/keys/${key.id}`);
    expect(after.body['last_used_at']).not.toBeNull();
    expect(after.headers.get('etag')).toBe(before);
  });

  test('tells nothing of what the caller may not know of', async () => {
    const { customer } = api.tokens;
    const answer = await call(
      `PUT /admin/users/${api.users.otherCustomer.id}`,
      { body: { name: 'x' }, headers: { 'if-match': '"x"' } },
      customer,
    );
    expect(failure(answer)).toEqual([404, 'not_found']);
  });
});

describe('Idempotency-Key', () => {
  const once = (key: string) => ({ 'idempotency-key': key });
  const count = async (email: string) => {
    const { rows } = await api.domain.db.query('select 1 from users where email = $1', [email]);
    return rows.length;
  };

  test('of many at once makes one, and all get the same answer', async () => {
    const email = address();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        call('POST /admin/users', { body: { email }, headers: once('many') }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 201]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(await count(email)).toBe(1);
  });

  test('with another request is refused, and changes nothing', async () => {
    const [first, second] = [address(), address()];
    await call('POST /admin/users', { body: { email: first }, headers: once('reused') });
    const body = { email: second };
    const other = await call('POST /admin/users', { body, headers: once('reused') });
    expect(failure(other)).toEqual([422, 'idempotency_key_reused']);
    const elsewhere = { body: { name: 'Reused' }, headers: once('reused') };
    expect((await call('POST /admin/plans', elsewhere)).status).toBe(422);
    expect(await count(second)).toBe(0);
  });

  test('belongs to its caller', async () => {
    const [mine, theirs] = [address(), address()];
    const headers = once('shared');
    const first = await call('POST /admin/users', { body: { email: mine }, headers });
    const { service } = api.tokens;
    const second = await call('POST /admin/users', { body: { email: theirs }, headers }, service);
    expect([first.status, second.status]).toEqual([201, 201]);
    const stranger = await call('POST /admin/users', { body: { email: mine }, headers }, '');
    expect(stranger.status).toBe(401);
  });

  test('of a request that failed can be used again', async () => {
    const email = address();
    const plan = `later-${made}`;
    const send = () =>
      call('POST /admin/users', { body: { email, plan_id: plan }, headers: once('failed') });
    expect(failure(await send())).toEqual([404, 'not_found']);
    await buildPlan(api.domain, { slug: plan });
    expect((await send()).status).toBe(201);
  });

  test('keeps secrets under lock, gives them again, and forgets them after a day', async () => {
    const body = { user: api.users.customer.id, name: 'once' };
    const send = () => call('POST /admin/keys', { body, headers: once('secret') });
    const first = await send();
    expect((await send()).text).toBe(first.text);
    const { rows } = await api.domain.db.query('select * from idempotent_answers');
    expect(JSON.stringify(rows)).not.toContain(String(first.body['secret']));
    expect(JSON.stringify(rows)).not.toContain('once');
    await api.domain.db.query(
      `update idempotent_answers set created_at = now() - interval '25 hours' where key = 'secret'`,
    );
    const later = await send();
    expect(later.status).toBe(201);
    expect(later.body['id']).not.toBe(first.body['id']);
  });

  test('that is being worked on is told so to who waits too long', async () => {
    const client = await api.domain.db.connect();
    try {
      await client.query('begin');
      await client.query(`insert into idempotent_answers values ($1, 'slow', '', now())`, [
        `user:${api.users.admin.id}`,
      ]);
      const email = address();
      const answer = await call('POST /admin/users', { body: { email }, headers: once('slow') });
      expect(failure(answer)).toEqual([409, 'idempotency_key_in_use']);
      expect(await count(email)).toBe(0);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test.each(['', ' ', 'x'.repeat(256), 'a b'])('%s is none', async (key) => {
    const answer = await call('POST /admin/users', {
      body: { email: address() },
      headers: once(key),
    });
    expect(failure(answer)).toEqual([400, 'bad_request']);
  });

  test('that was refused by the policy leaves no answer, and the refusal is recorded', async () => {
    const answer = await call(
      'POST /admin/users',
      { body: { email: address() }, headers: once('refused') },
      api.tokens.customer,
    );
    expect(failure(answer)).toEqual([403, 'forbidden']);
    const { rows } = await api.domain.db.query(
      'select action, target_id from audit_events where request_id = $1',
      [answer.headers.get('x-request-id')],
    );
    expect(rows).toEqual([{ action: 'access.refused', target_id: 'users.create' }]);
    const kept = await api.domain.db.query(
      `select 1 from idempotent_answers where key = 'refused'`,
    );
    expect(kept.rows).toEqual([]);
  });
});

test('the reference is a page that needs nothing from elsewhere', async () => {
  const response = await fetch(`${api.url}/docs`);
  expect(response.headers.get('content-type')).toContain('text/html');
  const page = await response.text();
  expect(page).not.toMatch(/<script|style=|\son\w+=|(?:src|href)="(?!#|\/)/);
  for (const [, path = ''] of page.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
    expect((await fetch(api.url + path)).status, path).toBe(200);
  }
  expect(page).toContain('/admin/users/{id}/suspend');
});

test('a thing that is not there is not found, whatever its id', async () => {
  for (const path of ['keys', 'plans', 'routes', 'upstreams', 'users', 'mails']) {
    expect(failure(await call(`GET /admin/${path}/${newId()}`)), path).toEqual([404, 'not_found']);
  }
});
