import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { documentBytesMax, fetchReferenceInput } from '@apigate/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { system } from '../access/actor.ts';
import { setSetting, unsetSetting } from '../settings/manage-settings.ts';
import { actorOf, buildUser, serviceActor } from '../testing/factories.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import {
  fetchReference,
  getReference,
  getReferenceSource,
  removeReference,
  uploadReference,
} from './manage-reference.ts';
import { readDocument } from './read-document.ts';
import { readReference } from './read-reference.ts';

const orders = `
openapi: 3.0.3
info: { title: Orders, version: '2.1' }
servers: [{ url: https://api.example.com/v2/ }]
tags: [{ name: Orders, description: What was bought. }, { name: Unused }]
paths:
  /orders/{id}:
    parameters:
      - { name: id, in: path, schema: { type: string }, example: o-1 }
      - $ref: '#/components/parameters/Trace'
    get:
      operationId: getOrder
      tags: [Orders]
      summary: Get an order
      parameters:
        - { name: X-Trace, in: header, description: of the operation, schema: { type: string } }
      responses:
        '200': { $ref: '#/components/responses/Order' }
    put:
      operationId: getOrder
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Order' }
            example: { amount: 3 }
      responses: {}
components:
  parameters:
    Trace: { name: X-Trace, in: header, schema: { type: string } }
  responses:
    Order:
      description: An order
      content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } }
  schemas:
    Order:
      type: object
      required: [amount]
      properties:
        amount: { type: integer, minimum: 1, nullable: true }
        constructor: { type: string, enum: [a, b] }
        parent: { $ref: '#/components/schemas/Order' }
        lost: { $ref: 'other.yaml#/X' }
`;

describe('reading a document', () => {
  test('gathers operations with their parts, once each, and schemas that refer to themselves', () => {
    const reference = readReference(readDocument(orders));
    expect(reference).toMatchObject({
      title: 'Orders',
      version: '2.1',
      basePath: '/v2',
      groups: [
        { name: 'Orders', description: 'What was bought.' },
        { name: 'Operations', description: null },
      ],
    });
    const [get, put] = reference.operations;
    expect(get).toMatchObject({
      id: 'getOrder',
      method: 'GET',
      path: '/orders/{id}',
      parameters: [
        { name: 'id', in: 'path', isRequired: true, example: 'o-1' },
        { name: 'X-Trace', in: 'header', description: 'of the operation' },
      ],
      responses: [{ status: '200', contents: [{ schema: { ref: 'Order' } }] }],
    });
    expect(put).toMatchObject({
      id: 'getOrder-2',
      summary: 'PUT /orders/{id}',
      body: { isRequired: true, contents: [{ example: '{\n  "amount": 3\n}' }] },
    });
    expect(reference.schemas).toEqual([
      {
        name: 'Order',
        schema: {
          types: ['object'],
          properties: [
            {
              name: 'amount',
              isRequired: true,
              schema: { types: ['integer', 'null'], bounds: ['at least 1'] },
            },
            {
              name: 'constructor',
              isRequired: false,
              schema: { types: ['string'], values: ['"a"', '"b"'] },
            },
            { name: 'parent', isRequired: false, schema: { types: [], ref: 'Order' } },
            {
              name: 'lost',
              isRequired: false,
              schema: { types: [], description: 'other.yaml#/X is not in the document.' },
            },
          ],
        },
      },
    ]);
  });

  test.each([
    ['{ "openapi": ', 'The document is not JSON'],
    ['a: [1', 'The document is not YAML'],
    ['just words', 'This is no OpenAPI document'],
    ['swagger: "2.0"', 'This is Swagger 2.0'],
    ['openapi: 4.0.0', 'The document is OpenAPI 4.0.0'],
    ['openapi: 3.1.0', 'The document has no operations'],
    ['openapi: 3.1.0\npaths: { x: { get: {} } }', 'The document has no operations'],
    [
      `a: &a [x, x]\n${'bcdefgh'.replaceAll(/./g, (name) => `${name}: &${name} [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n`)}i: [*h, *g, *f]`,
      'The document',
    ],
  ])('refuses %j with a sentence', (text, sentence) => {
    let message = '';
    try {
      readReference(readDocument(text));
    } catch (error) {
      message = error instanceof Error ? error.message : '';
    }
    expect(message).toContain(sentence);
    expect(message).toMatch(/\.$/);
  });

  test('takes whatever else is in it for missing', () => {
    const odd = {
      openapi: '3.1.0',
      info: 7,
      servers: 'x',
      tags: [null, 3],
      paths: {
        '/a': {
          parameters: [{ name: 'p', in: 'nowhere' }, null],
          get: { tags: 'x', parameters: 5, requestBody: [], responses: { 200: null } },
          post: null,
        },
        '/loop': { $ref: '#/paths/~1loop' },
      },
      ['__proto__']: { polluted: true },
    };
    const { operations } = readReference(JSON.parse(JSON.stringify(odd)));
    expect(operations.map(({ method, group, parameters }) => [method, group, parameters])).toEqual([
      ['GET', 'Operations', []],
      ['POST', 'Operations', []],
    ]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('an endless schema ends', () => {
    let schema: object = { type: 'string' };
    for (let at = 0; at < 2_000; at += 1) schema = { type: 'array', items: schema };
    const document = {
      openapi: '3.1.0',
      paths: { '/a': { post: { requestBody: { content: { 'application/json': { schema } } } } } },
    };
    expect(JSON.stringify(readReference(document)).length).toBeLessThan(5_000);
  });
});

describe('the reference', () => {
  let domain: TestDomain;
  beforeAll(async () => {
    domain = await openTestDomain();
  });
  afterAll(() => domain[Symbol.asyncDispose]());
  const ctx = () => domain.context(system);
  const upload = (text: string | Buffer) =>
    uploadReference(ctx(), Readable.from([Buffer.from(text)]));
  const fetchFrom = (url?: string) =>
    fetchReference(ctx(), fetchReferenceInput.parse(url === undefined ? {} : { url }));

  async function serve(listener: RequestListener) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    return {
      url: `http://127.0.0.1:${port}/openapi.yaml`,
      [Symbol.asyncDispose]: async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    };
  }

  test('is uploaded, read by whoever is signed in, and removed; a bad one changes nothing', async () => {
    expect(await getReference(ctx())).toEqual({ reference: null });
    expect(await upload(orders)).toMatchObject({
      source: { title: 'Orders', operationCount: 2, url: null },
    });
    for (const bad of ['nothing', Buffer.from([0xff, 0xfe]), ' '.repeat(documentBytesMax + 1)]) {
      await expect(upload(bad)).rejects.toMatchObject({ code: 'bad_request' });
    }
    const customer = domain.context(actorOf(await buildUser(domain)));
    expect((await getReference(customer)).reference?.operations).toHaveLength(2);
    await removeReference(ctx());
    expect(await getReference(customer)).toEqual({ reference: null });
    const { rows } = await domain.db.query(
      `select action from audit_events where action like 'reference.%' order by seq`,
    );
    expect(rows.map(({ action }) => action)).toEqual(['reference.changed', 'reference.removed']);
  });

  test('is fetched, and fetched anew from where it came', async () => {
    let version = 1;
    await using server = await serve((_req, res) => {
      res.end(orders.replace("'2.1'", `'${version}'`));
    });
    expect(await fetchFrom(server.url)).toMatchObject({
      source: { version: '1', url: server.url },
    });
    version = 2;
    expect(await fetchFrom()).toMatchObject({ source: { version: '2', url: server.url } });
    await upload(orders);
    await expect(fetchFrom()).rejects.toMatchObject({ errors: [{ path: 'url' }] });
  });

  test('is not fetched from where nobody may be sent', async () => {
    await using server = await serve((_req, res) => void res.end(orders));
    const metadata = 'http://169.254.169.254/latest';
    await expect(fetchFrom(metadata)).rejects.toThrow('is not allowed');
    await setSetting(ctx(), { name: 'upstreams.allow_private', value: false });
    for (const url of [server.url, server.url.replace('127.0.0.1', 'localhost')]) {
      await expect(fetchFrom(url), url).rejects.toThrow('is not allowed');
    }
    await unsetSetting(ctx(), { name: 'upstreams.allow_private' });
    for (const url of ['file:///etc/passwd', 'http://a:b@c.test/', 'ftp://a.test/']) {
      expect(fetchReferenceInput.safeParse({ url }).success, url).toBe(false);
    }
  });

  test.each<[string, RequestListener]>([
    [
      'redirects to http://169.254.169.254/',
      (_req, res) => void res.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    ],
    ['answered with status 404', (_req, res) => void res.writeHead(404).end()],
    [
      'compresses its answer',
      (_req, res) => void res.writeHead(200, { 'content-encoding': 'br' }).end('x'),
    ],
    ['longer than 2 MiB', (_req, res) => void res.end(Buffer.alloc(documentBytesMax + 1, 'x'))],
    ['closed the connection', (req) => void req.socket.destroy()],
    ['not YAML', (_req, res) => void res.end('a: [')],
  ])('a server that does not serve it is told of: %s', async (sentence, listener) => {
    await using server = await serve(listener);
    const before = await getReferenceSource(ctx());
    await expect(fetchFrom(server.url)).rejects.toThrow(sentence);
    expect(await getReferenceSource(ctx())).toEqual(before);
  });

  test('is written by admins and the scope alone', async () => {
    const context = domain.context(serviceActor('routes:read'));
    for (const attempt of [
      () => uploadReference(context, Readable.from([orders])),
      () => fetchReference(context, { url: 'http://127.0.0.1:1/' }),
      () => removeReference(context),
      () => getReferenceSource(context),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});
