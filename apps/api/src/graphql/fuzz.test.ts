import fc from 'fast-check';
import { parse, visit, print, type DocumentNode } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callGraphql, postGraphql, type GraphqlResult } from '../testing/call-graphql.ts';
import { expectClean } from '../testing/clean-answers.ts';
import { startTestApi, type TestApi } from '../testing/test-api.ts';

/** Raise it by hand (`FUZZ_RUNS=500`) to look for longer. */
// oxlint-disable-next-line node/no-process-env -- an option of this test, not of the program
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 5) * 20;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const documents = [
  '{ users(where: { q: "x", role: ADMIN, plan: "free" }, limit: 5) { id } usersPage(cursor: "x", sort: NAME) { data { id } } }',
  '{ user(id: "x") { id metadata } credentials(where: { user: "x", q: "y" }) { data { id } } usage(user: "x") { requests } }',
  'mutation { register(registerInput: { email: "e@example.com", password: "p" }) { accessToken } login(loginInput: { email: "x", password: "y", code: "123456" }) { accessToken } refreshToken(refreshToken: "x") { accessToken } }',
  'mutation { createUser(createUserInput: { email: "x", role: USER, metadata: { a: "b" } }) { id } updateUser(id: "x", updateUserInput: { isActive: true, username: null }) { id } }',
  'mutation { createCredential(createCredentialInput: { name: "x", scopes: ["a"], rateLimitPerMinute: 5, expiresAt: "2030-01-01T00:00:00Z", keyId: "k", keySecret: "secret" }) { id } }',
  'mutation { createPlan(createPlanInput: { name: "x", requestsPerMonth: "unlimited", features: { a: "b" }, burst: 1 }) { id } updatePlan(id: "free", updatePlanInput: { burst: null }) { id } }',
  'query($n: Int! = 5, $where: UserFilter) { users(limit: $n, where: $where) { ...A } } fragment A on User { id plan { name } }',
].map((document) => parse(document));

/** Values that have broken programs before, as they are written in a document. */
const nasty = fc.oneof(
  fc.constantFrom(
    'null',
    '""',
    '"\\u0000"',
    '"\\uD800"',
    '"\'; drop table users; --"',
    '"%"',
    '"__proto__"',
    '-1',
    '0',
    '1e400',
    '99999999999999999999',
    '2147483648',
    'true',
    'ADMIN',
    '[]',
    '[[[[[["x"]]]]]]',
    '{}',
    '{ __proto__: { isAdmin: true } }',
    '{ constructor: { prototype: { isAdmin: "x" } } }',
    '"+275760-09-13T00:00:00Z"',
    '"""\nblock\n"""',
    '$n',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)),
);

/** The document with one of its values replaced. */
function withValue(document: DocumentNode, at: number, value: string): string {
  let seen = 0;
  const marked = visit(document, {
    leave(node) {
      const isValue = [
        'StringValue',
        'EnumValue',
        'IntValue',
        'BooleanValue',
        'NullValue',
      ].includes(node.kind);
      if (!isValue) return undefined;
      seen += 1;
      return seen - 1 === at ? { kind: 'EnumValue', value: 'REPLACE_ME' } : undefined;
    },
  });
  return print(marked).replace('REPLACE_ME', () => value);
}

function expectOurShape(answer: GraphqlResult, what: string): void {
  expect(answer.status, what).toBeLessThan(500);
  const codes = answer.errors?.map(({ extensions }) => extensions.code) ?? [];
  expect(codes, `${what}\n${answer.text}`).not.toContain('internal_error');
  expectClean({ ...answer, text: answer.text.replaceAll('Syntax Error', '') }, what);
}

test('answers whatever is written into a document', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...documents),
      fc.nat({ max: 8 }),
      nasty,
      fc.constantFrom(api.tokens.admin, api.tokens.customer, undefined),
      async (document, at, value, token) => {
        const query = withValue(document, at, value);
        expectOurShape(await callGraphql(api, query, { token }), query);
      },
    ),
    { numRuns },
  );
}, 60_000);

test('answers whatever else a request holds', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('{ me { id } }', 'query A($n: Int!) { users(limit: $n) { id } }'),
  );
  const request = fc.record(
    {
      query: fc.oneof(text, text, fc.jsonValue()),
      operationName: fc.option(fc.string()),
      variables: fc.oneof(fc.jsonValue(), fc.record({ n: fc.jsonValue() })),
      extensions: fc.jsonValue(),
    },
    { requiredKeys: ['query'] },
  );
  const body = fc.oneof(
    request.map((value) => JSON.stringify(value)),
    fc.json(),
  );
  const headers = { authorization: `Bearer ${api.tokens.admin}` };
  await fc.assert(
    fc.asyncProperty(body, async (sent) => {
      expectOurShape(await postGraphql(api, sent, headers), sent);
    }),
    { numRuns },
  );
}, 60_000);

test('asvs-v5.0.0-15.3.6 has polluted no prototype', () => {
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
});
