import { buildKey } from '@apigate/domain/testing';
import { newId } from '@apigate/domain';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { callGraphql, postGraphql } from '../testing/call-graphql.ts';
import { expectClean } from '../testing/clean-answers.ts';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const asAdmin = (query: string, variables: Record<string, unknown> = {}) =>
  callGraphql(api, query, { token: api.tokens.admin, variables });

/** Expects that nothing of a request is done. */
async function expectRefused(query: string, message: RegExp, variables = {}): Promise<void> {
  const { status, data, errors } = await asAdmin(query, variables);
  expect([status, data, errors?.[0]?.extensions.code]).toEqual([400, undefined, 'bad_request']);
  expect(errors?.[0]?.message).toMatch(message);
}

describe('refuses, before anything is done,', () => {
  test('more than 1,000 tokens', async () => {
    const scopes = (count: number) =>
      `mutation { createCredential(createCredentialInput: { name: "x", scopes: [${'"a" '.repeat(count)}] }) { id } }`;
    // One of ours: a credential has at most 32 scopes.
    expect((await asAdmin(scopes(960))).errors?.[0]?.path).toEqual(['createCredential']);
    await expectRefused(scopes(1000), /1000 tokens/);
  });

  test('more than 15 aliases, wherever they are', async () => {
    const aliases = (count: number) =>
      Array.from({ length: count }, (_, at) => `a${at}: id`).join(' ');
    expect((await asAdmin(`{ me { ${aliases(15)} } }`)).status).toBe(200);
    await expectRefused(`{ me { ${aliases(16)} } }`, /16 aliases; 15/);
    await expectRefused(
      `{ me { ...A } you: me { ...B } } fragment A on User { ${aliases(8)} } fragment B on User { ...A b: id c: id d: id e: id f: id g: id h: id }`,
      /16 aliases; 15/,
    );
  });

  test('fields that are nested deeper than 8, through fragments too', async () => {
    const deep = (levels: number) => `{ ${'a {'.repeat(levels - 1)} a ${'}'.repeat(levels - 1)} }`;
    await expectRefused(deep(8), /Cannot query field/);
    await expectRefused(deep(9), /9 levels.*8/);
    const parts = [1, 2, 3].map(
      (at) => `fragment F${at} on User { a { b { c { ${at === 3 ? 'd' : `...F${at + 1}`} } } } }`,
    );
    await expectRefused(`{ me { ...F1 } } ${parts.join(' ')}`, /11 levels/);
    await expectRefused(
      '{ me { ...A } } fragment A on User { id ...B } fragment B on User { ...A }',
      /itself/,
    );
  });

  test('lists of more than 1,000 rows together, whether a number or a variable says so', async () => {
    const lists = (count: number, limit: string) =>
      Array.from({ length: count }, (_, at) => `l${at}: users(limit: ${limit}) { id }`).join(' ');
    expect((await asAdmin(`{ ${lists(5, '200')} }`)).status).toBe(200);
    expect(
      (
        await asAdmin(
          `{ ${Array.from({ length: 15 }, (_, at) => `l${at}: users { id }`).join(' ')} }`,
        )
      ).status,
    ).toBe(200);
    await expectRefused(`{ ${lists(6, '200')} }`, /1200 rows.*1000/);
    await expectRefused(`query($n: Int!) { ${lists(6, '$n')} }`, /1200 rows/, { n: 200 });
    await expectRefused(
      `query($n: Int! = 200) { ...L } fragment L on Query { ${lists(6, '$n')} }`,
      /1200 rows/,
    );
    await expectRefused(`{ ${lists(6, '200')} more: users(limit: -1000) { id } }`, /1201 rows/);
    const beyond = await asAdmin('{ users(limit: 201) { id } }');
    expect(beyond.errors?.[0]?.extensions.code).toBe('bad_request');
  });

  test('what is no operation of this schema, with the place and not one word of our inside', async () => {
    const faulty = {
      '{ me { id }': /Syntax Error/,
      '{ me { passwordHash } }': /Cannot query field/,
      'subscription { me { id } }': /subscription/i,
      'query A { me { id } } query B { me { id } }': /operationName/,
      'mutation { me { id } }': /Cannot query field/,
      '{ users(where: { role: OWNER }) { id } }': /OWNER/,
      '{ user { id } }': /required/,
    };
    for (const [query, message] of Object.entries(faulty)) await expectRefused(query, message);
    await expectRefused('query($id: ID!) { user(id: $id) { id } }', /\$id/, {});
    await expectRefused('query($n: Int) { users(limit: $n) { id } }', /limit/, { n: null });
  });
});

test('introspection is for those who are signed in', async () => {
  const query = getIntrospectionQuery();
  const known = await callGraphql(api, query, { token: api.tokens.customer });
  expect([known.status, known.errors]).toEqual([200, undefined]);
  const stranger = await callGraphql(api, query);
  expect([stranger.status, stranger.errors?.[0]?.extensions.code]).toEqual([400, 'bad_request']);
  const guess = await callGraphql(api, '{ user(id: "x") { emial } }');
  expect(guess.text).not.toContain('email');
});

describe('over HTTP', () => {
  test('takes POST alone', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await fetch(`${api.url}/graphql?query={me{id}}`, {
        method,
        headers: { authorization: `Bearer ${api.tokens.admin}` },
      });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  test.each([
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'query={me{id}}', 415],
    ['plain text', { 'content-type': 'text/plain' }, '{"query":"{me{id}}"}', 415],
    ['bare GraphQL', { 'content-type': 'application/graphql' }, '{me{id}}', 415],
    ['an inflatable body', { 'content-encoding': 'br' }, '{"query":"{me{id}}"}', 415],
    ['what is not JSON', {}, '{"query":', 400],
    ['too long a body', {}, JSON.stringify({ query: ' '.repeat(300_000) }), 413],
  ])('refuses %s', async (_, headers: Record<string, string>, body, status) => {
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
  });

  test('takes no batch, and nothing that is no request', async () => {
    for (const body of [
      '[{"query":"{me{id}}"}]',
      '[]',
      '"x"',
      'null',
      '{}',
      '{"query":1}',
      '{"query":"{me{id}}","variables":[]}',
    ]) {
      const { status, errors } = await postGraphql(api, body);
      expect([status, errors?.[0]?.extensions.code], body).toEqual([400, 'bad_request']);
    }
  });

  test('answers in the media type that is asked for', async () => {
    const typeFor = async (accept: string) =>
      (await callGraphql(api, '{ me { id } }', { headers: { accept } })).headers.get(
        'content-type',
      );
    expect(await typeFor('application/graphql-response+json')).toMatch(
      /^application\/graphql-response\+json/,
    );
    expect(await typeFor('*/*')).toMatch(/^application\/json/);
  });

  test('a session cookie counts only on requests from our own pages', async () => {
    const login = await fetch(`${api.url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify({
        email: api.users.customer.email,
        password: 'correct horse battery staple',
        cookies: true,
      }),
    });
    const cookie = login.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const send = (site: string) =>
      callGraphql(api, '{ me { email } }', { headers: { cookie, 'sec-fetch-site': site } });
    expect((await send('same-origin')).data).toEqual({ me: { email: api.users.customer.email } });
    const foreign = await send('cross-site');
    expect([foreign.status, foreign.errors?.[0]?.extensions.code]).toEqual([
      403,
      'cross_site_request',
    ]);
  });
});

test('a list takes no more statements for many rows than for few', async () => {
  const plan = api.users.admin.plan.id;
  await api.domain.db.query(
    `insert into users (id, email, plan_id, status, role, metadata, created_at, updated_at)
     select uuidv7_of(n), 'many-' || n || '@example.com', $1, 'active', 'customer', '{}', now(), now()
     from generate_series(1, 120) n`.replace(
      'uuidv7_of(n)',
      `overlay(gen_random_uuid()::text placing '7' from 15 for 1)::uuid`,
    ),
    [plan],
  );
  await Promise.all(
    Array.from({ length: 20 }, () => buildKey(api.domain, { user: api.users.customer.id })),
  );
  const connection = api.domain.orm.em.getConnection();
  const statements = vi.spyOn(connection, 'execute');
  const countOnce = async (limit: number) => {
    statements.mockClear();
    const { errors } = await asAdmin(
      `query($n: Int!) {
        users(limit: $n) { id isActive plan { name } } usersPage(limit: $n) { data { id plan { slug } } }
        credentials(limit: $n) { data { id type user { email name } } } plans(limit: $n) { data { name userCount } }
      }`,
      { n: limit },
    );
    expect(errors).toBeUndefined();
    return statements.mock.calls.length;
  };
  // What the server does by itself meanwhile is counted along, now and then.
  const count = async (limit: number) => Math.min(await countOnce(limit), await countOnce(limit));
  const few = await count(1);
  expect(few).toBeGreaterThan(3);
  expect(await count(200)).toBeLessThanOrEqual(few);
  statements.mockRestore();
});

test('what fails on our side is masked, and logged under the id that is told', async () => {
  const { db } = api.domain;
  await db.query('alter table plans rename column description to gone');
  const failed = await asAdmin('{ plans { data { id } } me { id } }');
  await db.query('alter table plans rename column gone to description');
  expectClean(failed, 'plans');
  const [error] = failed.errors ?? [];
  expect([failed.status, error?.path, error?.extensions.code]).toEqual([
    200,
    expect.any(Array),
    'internal_error',
  ]);
  expect(error?.extensions.request_id).toBe(failed.headers.get('x-request-id'));
  const logged = api.logLines.filter((line) => line.includes('call_failed'));
  expect(logged.some((line) => line.includes(error?.extensions.request_id ?? newId()))).toBe(true);
});
