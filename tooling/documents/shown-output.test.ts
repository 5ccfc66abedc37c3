import { expect, test } from 'vitest';
import { printed } from './shown-output.ts';

const output = [
  'HTTP/1.1 200 OK',
  'X-Request-Id: 01a1ffd9-738a-7060-9ce2-6c55bb0b0328',
  'X-RateLimit-Remaining: 59',
  '',
  '{ "path": "/echo" }',
].join('\r\n');

test.each([
  'HTTP/1.1 200 OK\nX-Request-Id: 01a1ffda-0000-7060-9ce2-6c55bb0b0328',
  'HTTP/1.1 200 OK\n…\n{ "path": "/echo" }',
  'X-RateLimit-Remaining: …',
  '…\n{   "path": "/echo" }\n…',
])('takes %j for what was printed', (shown) => {
  expect(printed(output, shown)).toBe(true);
});

test.each([
  'HTTP/1.1 401 Unauthorized',
  'HTTP/1.1 200 OK\nX-RateLimit-Remaining: 59',
  '{ "path": "/echo" }\n…\nHTTP/1.1 200 OK',
  'X-RateLimit-Remaining: 5',
  'X-Request-Id: none',
])('does not take %j for it', (shown) => {
  expect(printed(output, shown)).toBe(false);
});
