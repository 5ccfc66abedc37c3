import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClean } from '../testing/clean-answers.ts';
import { answerTo, buildExampleWorld, requestOf } from '../testing/example-world.ts';
import { startTestApi, type TestApi } from '../testing/test-api.ts';
import { takesIdempotencyKey, takesIfMatch, tellsVersion } from './conditions.ts';
import { openApiDocument } from './openapi.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations/index.ts';
import { restRoutes } from './rest-routes.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const document = openApiDocument('http://localhost:8080', '1.2.3');
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(document, 'document');

interface Content {
  schema: object;
  example?: unknown;
}
interface Described {
  operationId: string;
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content> }>;
}

/** The part of the document that describes an operation. */
function describedBy({ path, method }: Operation): Described {
  const described: unknown = Reflect.get(Object(document.paths[path]), method.toLowerCase());
  return described as Described;
}

function expectValid({ schema }: Content, value: unknown, what: string): void {
  const inDocument: unknown = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/components', '"document#/components'),
  );
  const isValid = ajv.validate(Object(inDocument), value);
  expect(isValid ? [] : ajv.errors, `${what} ${JSON.stringify(value)}`).toEqual([]);
}

async function send(
  operation: Operation,
  secrets: ReadonlyMap<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const authorization: Record<string, string> =
    operation.isOpen === true ? {} : { authorization: `Bearer ${api.tokens.admin}` };
  const { path, init } = requestOf(operation, secrets, { ...authorization, ...headers });
  const answer = await answerTo(api.url + path, init);
  expectClean(answer, operation.id);
  return answer;
}

const named = (some: readonly Operation[]) =>
  some.map((operation) => ({ name: operation.id, operation }));

describe('the document', () => {
  test('is OpenAPI 3.1 by the judgement of others', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  test('describes what is served, all of it and nothing else', async () => {
    const served = restRoutes(api.deps).stack.flatMap(({ route }) => {
      const path = String(route?.path).replaceAll(/:(\w+)/g, '{$1}');
      return (route?.stack ?? []).map(({ method }) => `${method} ${path}`);
    });
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(new Set(served)).toEqual(new Set(described));
    expect(described).toHaveLength(operations.length);
    const response = await fetch(`${api.url}/openapi.json`);
    expect(await response.json()).toEqual(
      JSON.parse(JSON.stringify(openApiDocument(api.url, api.deps.version))),
    );
  });

  test('gives every operation a name of its own, and every field one in snake_case', () => {
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const fields: string[] = [];
    JSON.parse(JSON.stringify(document), (name, value: unknown) => {
      if (name === 'properties') fields.push(...Object.keys(Object(value)));
      return value;
    });
    expect(fields.length).toBeGreaterThan(100);
    expect(fields.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  test('shows refusals that are as it says', () => {
    for (const { content } of Object.values(document.components.responses) as {
      content: Record<string, Content>;
    }[]) {
      const problem = content['application/problem+json'];
      if (problem === undefined) throw new Error('a refusal is problem details');
      expectValid(problem, problem.example, 'refusal');
    }
  });
});

describe.each(named(operations))('$name', ({ operation }) => {
  const { method, path, status } = operation;
  const described = describedBy(operation);

  test(`${method} ${path} takes its example and answers as described`, async () => {
    const secrets = await buildExampleWorld(api);
    for (const content of Object.values(described.requestBody?.content ?? {})) {
      expectValid(content, content.example, 'request');
    }
    const answer = await send(operation, secrets);
    expect(answer.status, answer.text).toBe(status);
    const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
    const content = described.responses[status]?.content;
    if (content === undefined) expect([answer.text, type]).toEqual(['', '']);
    else {
      const expected = content[type];
      if (expected === undefined) throw new Error(`${type} is not described`);
      const isJson = operation.produces === undefined;
      expectValid(expected, isJson ? JSON.parse(answer.text) : answer.text, 'answer');
      if (isJson) expectValid(expected, expected.example, 'example');
    }
    expect(answer.headers.has('etag')).toBe(tellsVersion(operation));
  });
});

describe.each(named(operations.filter(takesIfMatch)))('$name', ({ operation }) => {
  const { method, path, status } = operation;
  test('changes only the version that is demanded', async () => {
    const secrets = await buildExampleWorld(api);
    const get = operations.find((other) => other.method === 'GET' && other.path === path);
    if (get === undefined) throw new Error('what can be changed can be read');
    const reading = { ...get, example: { path: operation.example.path ?? {} } };
    const before = await send(reading, secrets);
    const etag = before.headers.get('etag') ?? '';
    for (const stale of ['"stale"', `W/${etag}`, '"stale", "older"', 'no tag', '']) {
      const refused = await send(operation, secrets, { 'if-match': stale });
      expect([refused.status, JSON.parse(refused.text).code], stale).toEqual([
        412,
        'precondition_failed',
      ]);
    }
    expect((await send(reading, secrets)).text).toBe(before.text);
    const done = await send(operation, secrets, { 'if-match': `"stale", ${etag}` });
    expect(done.status, done.text).toBe(status);
    if (method === 'PUT') {
      const after = await send(reading, secrets);
      expect(after.headers.get('etag')).toBe(done.headers.get('etag'));
      expect(after.headers.get('etag')).not.toBe(etag);
      const again = await send(operation, secrets, { 'if-match': etag });
      expect(again.status).toBe(412);
    }
  });
});

describe.each(named(operations.filter(takesIdempotencyKey)))('$name', ({ operation }) => {
  const { status } = operation;
  test('is done once for a key', async () => {
    const secrets = await buildExampleWorld(api);
    const headers = { 'idempotency-key': `once-${operation.id}` };
    const first = await send(operation, secrets, headers);
    const second = await send(operation, secrets, headers);
    expect([first.status, second.status], first.text).toEqual([status, status]);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    expect([first, second].map((answer) => answer.headers.get('idempotency-replayed'))).toEqual([
      null,
      'true',
    ]);
  });
});
