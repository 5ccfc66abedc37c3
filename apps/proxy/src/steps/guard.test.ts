import { expect, test } from 'vitest';
import { readRequestHead } from '../request-head.ts';
import { guard, type GuardedRequest } from './guard.ts';

function request({
  headers = ['Host', 'api.example.com'],
  ...overrides
}: Partial<GuardedRequest> & { headers?: string[] } = {}): GuardedRequest {
  return {
    method: 'GET',
    url: '/',
    httpVersion: '1.1',
    head: readRequestHead(headers),
    ...overrides,
  };
}

test('splits the target into its one path and the query as it came', () => {
  expect(guard(request({ url: '/%61?x=%2F..%2f&y' }))).toEqual({
    path: '/a',
    query: '?x=%2F..%2f&y',
  });
});

test.each([
  ['two hosts', { headers: ['Host', 'a', 'host', 'a'] }],
  ['no host', { headers: [] }],
  ['an empty host', { headers: ['Host', ''] }],
  ['a host that is none', { headers: ['Host', 'a@b/c'] }],
  ['an absolute target', { url: 'http://api.example.com/' }],
  ['an asterisk target', { method: 'OPTIONS', url: '*' }],
  ['a fragment', { url: '/?a#b' }],
  [
    'chunks in HTTP/1.0',
    { httpVersion: '1.0', headers: ['Host', 'a', 'Transfer-Encoding', 'chunked'] },
  ],
  ['an encoding beside chunked', { headers: ['Host', 'a', 'Transfer-Encoding', 'gzip, chunked'] }],
])('refuses %s', (_what, overrides) => {
  expect(guard(request(overrides))).toMatchObject({ code: 'bad_request', status: 400 });
});

test.each([
  ['api.example.com:8000', {}],
  ['[::1]:8000', {}],
  ['127.0.0.1', {}],
])('accepts the host %s', (host) => {
  expect(guard(request({ headers: ['Host', host] }))).toHaveProperty('path', '/');
});

test('bounds the URL, the number of headers, methods and expectations', () => {
  expect(guard(request({ url: `/${'a'.repeat(8_192)}` }))).toMatchObject({ status: 414 });
  const many = Array.from({ length: 101 }, (_, at) => [`X-${at}`, '1']).flat();
  expect(guard(request({ headers: ['Host', 'a', ...many] }))).toMatchObject({ status: 431 });
  expect(guard(request({ method: 'TRACE' }))).toMatchObject({ status: 405 });
  expect(guard(request({ headers: ['Host', 'a', 'Expect', 'y 100-continue'] }))).toMatchObject({
    status: 417,
  });
  expect(guard(request({ headers: ['Host', 'a', 'Expect', '100-Continue'] }))).toHaveProperty(
    'path',
  );
});
