import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { ApiOperation, ApiSchema } from '@apigate/contract';
import { callCode, type CallLanguage } from '../../lib/call-code.ts';
import { callRequest } from './call-request.ts';
import { exampleValue } from './example-value.ts';
import { foundIn } from './found-in.ts';

const run = promisify(execFile);
const string: ApiSchema = { types: ['string'] };
const parameter = (
  place: 'path' | 'query' | 'header' | 'cookie',
  name: string,
  schema = string,
) => ({
  name,
  in: place,
  isRequired: false,
  description: null,
  schema,
  example: null,
});
const operation: ApiOperation = {
  id: 'putOrder',
  method: 'PUT',
  path: '/orders/{id}',
  group: 'Orders',
  summary: 'Change an order',
  description: null,
  isDeprecated: false,
  parameters: [
    parameter('path', 'id'),
    parameter('query', 'tag', { types: ['array'], items: string }),
    parameter('query', 'left'),
    parameter('header', 'X-Trace'),
  ],
  body: { isRequired: true, contents: [{ type: 'application/json', schema: null, example: null }] },
  responses: [],
};
const values = {
  parameters: { 'path id': `a/b?c#d'e`, 'query tag': 'x y, ä&z', 'header X-Trace': `it's "1"` },
  contentType: 'application/json',
  body: `{"note":"it's \\"$HOME\\" \\\\ ä"}`,
};

test('what was filled in stays where it was put, whatever it holds', () => {
  const { url, headers, body } = callRequest(
    'http://p.test',
    { basePath: '/v2' },
    operation,
    values,
  );
  expect(url).toBe(`http://p.test/v2/orders/a%2Fb%3Fc%23d'e?tag=x+y&tag=%C3%A4%26z`);
  expect(headers).toEqual([
    ['X-Trace', `it's "1"`],
    ['Content-Type', 'application/json'],
  ]);
  expect(body).toBe(values.body);
});

test('the code sends the same call in every language that is here to be asked', async () => {
  const seen: unknown[] = [];
  const server = createServer((req, res) => {
    void text(req).then((body) => {
      const { method, url, headers } = req;
      seen.push([
        method,
        url,
        headers['x-api-key'],
        headers['x-trace'],
        headers['content-type'],
        body,
      ]);
      res.end('ok');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const request = callRequest(`http://127.0.0.1:${port}`, { basePath: '' }, operation, values);
  const code = (language: CallLanguage) => callCode(language, request, 'ak_1');
  await run('bash', ['-c', code('curl')]);
  await run(execPath, ['--input-type=module', '--eval', code('JavaScript')]);
  server.close();
  const sent = [
    'PUT',
    `/orders/a%2Fb%3Fc%23d'e?tag=x+y&tag=%C3%A4%26z`,
    'ak_1',
    `it's "1"`,
    'application/json',
    values.body,
  ];
  expect(seen).toEqual([sent, sent]);
});

test('an example of a schema that contains itself ends', () => {
  const schemas = new Map<string, ApiSchema>([
    [
      'Node',
      {
        types: ['object'],
        properties: [
          { name: 'id', isRequired: true, schema: { types: ['string'], format: 'uuid' } },
          { name: 'size', isRequired: true, schema: { types: ['integer'], default: '3' } },
          { name: 'child', isRequired: false, schema: { types: [], ref: 'Node' } },
        ],
      },
    ],
  ]);
  expect(exampleValue({ types: [], ref: 'Node' }, schemas)).toEqual({
    id: '00000000-0000-4000-8000-000000000000',
    size: 3,
  });
  expect(exampleValue({ types: [], ref: 'lost' }, schemas)).toBeNull();
});

test('operations are found by method, path and words, all of which must be there', () => {
  const found = (search: string) => foundIn([operation], search).length;
  expect(['', 'put', 'ORDERS change', '/orders/{id}', 'putorder'].map(found)).toEqual([
    1, 1, 1, 1, 1,
  ]);
  expect(['get', 'orders cancel'].map(found)).toEqual([0, 0]);
});
