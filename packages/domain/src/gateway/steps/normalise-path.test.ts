import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '../refusal.ts';
import { normalisePath } from './normalise-path.ts';

test.each([
  ['/', '/'],
  ['/v1/users', '/v1/users'],
  ['/v1/users/', '/v1/users/'],
  ['/.well-known/x', '/.well-known/x'],
  ['/a...b/..c', '/a...b/..c'],
  ['/%61%2D%5f%7e', '/a-_~'],
  ['/caf%c3%a9', '/caf%C3%A9'],
  ['/a%20b%252f', '/a%20b%252f'],
  ["/!$&'()*+,;=:@", "/!$&'()*+,;=:@"],
  ['/{id}|"x"^`', '/{id}|"x"^`'],
  ['/a;v=1/b', '/a;v=1/b'],
])('gives %s its one form %s', (path, normal) => {
  expect(normalisePath(path)).toBe(normal);
});

test.each([
  '/a//b',
  '//',
  '/a/./b',
  '/a/../b',
  '/..',
  '/.',
  '/a/%2e%2e/b',
  '/a/.%2E',
  '/a/..;x/b',
  '/a/.;/b',
  '/a%2fb',
  '/a%2Fb',
  '/a%5cb',
  '/a\\b',
  '/a%00',
  '/a%0d%0a',
  '/a%7f',
  '/a%',
  '/a%4',
  '/a%zz',
  '/a#b',
  '/a\xe9',
  '/a b',
])('refuses %s, which servers read in more than one way', (path) => {
  expect(normalisePath(path)).toMatchObject({ code: 'bad_request' });
});

test('what it gives is its own one form, and holds nothing that it refuses', () => {
  const part = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2F',
    '%5c',
    'a',
    ';',
    '%41',
    '%',
    '\\',
    'é',
    '%25',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const normal = normalisePath(`/${parts.join('')}`);
      if (normal instanceof Refusal) return;
      expect(normalisePath(normal)).toBe(normal);
      expect(normal).not.toMatch(/\/\/|\/\.{1,2}(?:;|\/|$)|%2[eEfF]|%5[cC]|\\/);
    }),
    { numRuns: 2_000 },
  );
});
