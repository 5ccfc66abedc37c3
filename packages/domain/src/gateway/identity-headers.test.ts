import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  headerValueOf,
  identityHeadersOf,
  metadataHeaderName,
  userHeadersOf,
} from './identity-headers.ts';

const user = {
  id: 'u',
  email: 'a@example.com',
  status: 'active' as const,
  planId: 'p',
  metadata: { company_size: '10-50', industry: 'fin tech' },
};

test('names user, plan, key and each entry of the metadata', () => {
  const terms = { userHeaders: userHeadersOf(user, false) };
  expect(identityHeadersOf({ key: { id: 'k' }, user }, terms)).toEqual([
    ...['X-User-Id', 'u', 'X-Plan-Id', 'p', 'X-Key-Id', 'k'],
    ...['X-User-Meta-Company-Size', '10-50', 'X-User-Meta-Industry', 'fin tech'],
  ]);
});

test('names the address only where that is wanted', () => {
  expect(userHeadersOf(user, true)).toContain('a@example.com');
  expect(userHeadersOf(user, false)).not.toContain('a@example.com');
});

test.each([
  ['company_size', 'X-User-Meta-Company-Size'],
  ['industry', 'X-User-Meta-Industry'],
  ['a-b_c', 'X-User-Meta-A-B-C'],
])('makes %s the header %s', (key, name) => {
  expect(metadataHeaderName(key)).toBe(name);
});

test.each([
  ['Zoë', 'Zo%C3%AB'],
  ['50%', '50%25'],
  [' a b ', '%20a b%20'],
  ['a\r\nX-User-Id: 1', 'a%0D%0AX-User-Id: 1'],
  ['🙂', '%F0%9F%99%82'],
])('writes the value %j as %s', (value, written) => {
  expect(headerValueOf(value)).toBe(written);
});

test('every value is a valid header and decodes to what was stored', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (value) => {
      const written = headerValueOf(value);
      expect(written).toMatch(/^[\x20-\x7e]*$/);
      expect(written.trim()).toBe(written);
      expect(decodeURIComponent(written)).toBe(value.toWellFormed());
    }),
  );
});
