import { guard, type Refusal, type Target } from '@apigate/domain/gateway';
import { expect, test } from 'vitest';
import { parseRequestHead } from '../http/parse-head.ts';

function guarded(requestLine: string, ...lines: string[]): Target | Refusal {
  const head = parseRequestHead([requestLine, ...lines, '', ''].join('\r\n'));
  if (typeof head === 'string') throw new Error(head);
  return guard(head);
}

test('splits the target into its one path and the query as it came', () => {
  expect(guarded('GET /%61?x=%2F..%2f&y HTTP/1.1', 'Host: api.example.com')).toEqual({
    path: '/a',
    query: '?x=%2F..%2f&y',
  });
});

test.each([
  ['two hosts', 'GET / HTTP/1.1', ['Host: a', 'host: a']],
  ['no host', 'GET / HTTP/1.1', []],
  ['an empty host', 'GET / HTTP/1.1', ['Host:']],
  ['a host that is none', 'GET / HTTP/1.1', ['Host: a@b/c']],
  ['an absolute target', 'GET http://api.example.com/ HTTP/1.1', ['Host: a']],
  ['an asterisk target', 'OPTIONS * HTTP/1.1', ['Host: a']],
  ['a fragment', 'GET /?a#b HTTP/1.1', ['Host: a']],
])('refuses %s', (_what, requestLine, lines) => {
  expect(guarded(requestLine, ...lines)).toMatchObject({ code: 'bad_request', status: 400 });
});

test.each(['api.example.com:8000', '[::1]:8000', '127.0.0.1'])('accepts the host %s', (host) => {
  expect(guarded('GET / HTTP/1.1', `Host: ${host}`)).toHaveProperty('path', '/');
});

test('refuses methods and expectations that it does not know to pass on', () => {
  expect(guarded('TRACE / HTTP/1.1', 'Host: a')).toMatchObject({ status: 405 });
  expect(guarded('CONNECT a:443 HTTP/1.1', 'Host: a')).toMatchObject({ status: 405 });
  const expecting = (what: string) => guarded('GET / HTTP/1.1', 'Host: a', `Expect: ${what}`);
  expect(expecting('y 100-continue')).toMatchObject({ status: 417 });
  expect(expecting('100-Continue')).toHaveProperty('path');
});
