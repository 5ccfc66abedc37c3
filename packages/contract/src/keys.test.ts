import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeyInput, ipRange, key, scope } from './keys.ts';

test.each([
  '10.0.0.1',
  '10.0.0.0/8',
  '0.0.0.0/0',
  '255.255.255.255/32',
  '::1',
  '2001:db8::/32',
  '::/0',
  '::ffff:10.0.0.1',
])('accepts the address or range %j', (given) => {
  expect(ipRange.parse(` ${given} `)).toBe(given);
});

test.each([
  '',
  'localhost',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.1/33',
  '10.0.0.1/-1',
  '10.0.0.1/',
  '10.0.0.1/8/8',
  '010.0.0.1',
  '2001:db8::/129',
  'fe80::1%eth0',
  '::1::',
  '10.0.0.1, 10.0.0.2',
  '*',
])('refuses the address or range %j', (given) => {
  expect(ipRange.safeParse(given).success).toBe(false);
});

test('accepts every address that there is', () => {
  fc.assert(fc.property(fc.ipV4(), (ip) => ipRange.safeParse(ip).success));
  fc.assert(
    fc.property(
      fc.ipV4(),
      fc.integer({ min: 0, max: 32 }),
      (ip, bits) => ipRange.safeParse(`${ip}/${bits}`).success,
    ),
  );
  fc.assert(fc.property(fc.ipV6(), (ip) => ipRange.safeParse(ip).success));
});

test.each(['a', 'reports:read', 'reports:*', 'v1.users_x-y', 'A1'])(
  'accepts the scope %j',
  (given) => {
    expect(scope.parse(given)).toBe(given);
  },
);

test.each(['', ':read', 'reports:', 'a b', 'a,b', 'a::b', '-a', 'ü', 'x'.repeat(65)])(
  'refuses the scope %j',
  (given) => {
    expect(scope.safeParse(given).success).toBe(false);
  },
);

test('never lists a secret or its digest', () => {
  expect(Object.keys(key.shape).filter((field) => /secret|digest/i.test(field))).toEqual([]);
});

test.each([
  { expiresAt: new Date(Number.NaN) },
  { expiresAt: '2030-01-01' },
  { expiresAt: new Date(8.64e15) },
  { allowedIps: [] },
  { scopes: 'a' },
  { rateLimitPerMinute: 0 },
  { name: '' },
])('refuses a key with %j', (fields) => {
  expect(createKeyInput.safeParse({ name: 'key', ...fields }).success).toBe(false);
});
