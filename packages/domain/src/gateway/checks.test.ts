import { ipRange } from '@apigate/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressList,
  plainAddress,
  refusalOfIp,
  refusalOfKey,
  refusalOfScopes,
  refusalOfUser,
} from './checks.ts';

test.each([
  [['10.0.0.0/8'], '10.255.0.1', true],
  [['10.0.0.0/8'], '11.0.0.1', false],
  [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
  [['10.0.0.0/8'], '::FFFF:10.1.2.3', true],
  [['10.0.0.0/8'], '::ffff:0a01:0203', true],
  [['10.0.0.0/8'], '::10.1.2.3', false],
  [['203.0.113.7'], '203.0.113.7', true],
  [['203.0.113.7'], '203.0.113.8', false],
  [['0.0.0.0/0'], '198.51.100.1', true],
  [['0.0.0.0/0'], '2001:db8::1', false],
  [['2001:db8::/32'], '2001:db8:ffff::1', true],
  [['2001:db8::/32'], '2001:DB8:0:0::1', true],
  [['2001:db8::/32'], '2001:db9::1', false],
  [['2001:db8::/32'], '10.0.0.1', false],
  [['::1'], '::1', true],
  [['::ffff:10.0.0.1'], '10.0.0.1', true],
  [['::ffff:10.0.0.0/104'], '10.9.9.9', true],
  [['::ffff:10.0.0.0/104'], '11.9.9.9', false],
  [['192.0.2.1', '2001:db8::/32'], '2001:db8::1', true],
  [['10.0.0.0/8'], '', false],
  [['10.0.0.0/8'], 'garbage', false],
])('allows by %j the address %s: %s', (ranges, ip, allowed) => {
  expect(refusalOfIp(addressList(ranges), ip)).toBe(allowed ? null : 'ip_not_allowed');
});

test('allows every address where no list is set', () => {
  expect(refusalOfIp(null, '198.51.100.1')).toBeNull();
});

test('can look up in every range that the contract accepts, and finds its first address there', () => {
  const range = fc.oneof(
    fc.ipV4(),
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`),
    fc.ipV6(),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([ip, bits]) => `${ip}/${bits}`),
  );
  fc.assert(
    fc.property(range, (text) => {
      const parsed = ipRange.parse(text);
      const address = parsed.split('/')[0] ?? '';
      return refusalOfIp(addressList([parsed]), address) === null;
    }),
  );
});

test('takes the prefix off an IPv4 address that came through an IPv6 socket', () => {
  expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
  expect(plainAddress('10.0.0.1')).toBe('10.0.0.1');
  expect(plainAddress('2001:db8::1')).toBe('2001:db8::1');
});

test.each([
  [[], [], true],
  [['a'], [], true],
  [[], ['a'], false],
  [['a', 'b'], ['b', 'a'], true],
  [['a'], ['a', 'b'], false],
  [['*'], ['reports:read', 'x'], true],
  [['reports:*'], ['reports:read'], true],
  [['reports:*'], ['reports:read:all'], true],
  [['reports:*'], ['reports'], false],
  [['reports:*'], ['reportsx:read'], false],
  [['reports:read'], ['reports:*'], false],
  [['Reports:read'], ['reports:read'], false],
])('holding %j is enough for %j: %s', (held, required, enough) => {
  expect(refusalOfScopes(held, required)).toBe(enough ? null : 'insufficient_scope');
});

test('names revocation before expiry and expiry before being disabled', () => {
  const nowMs = 1000;
  const live = { revoked: false, enabled: true, expiresAtMs: null, graceUntilMs: null };
  expect(refusalOfKey(live, nowMs)).toBeNull();
  expect(refusalOfKey({ ...live, expiresAtMs: 1001 }, nowMs)).toBeNull();
  expect(refusalOfKey({ ...live, expiresAtMs: 1000 }, nowMs)).toBe('key_expired');
  expect(refusalOfKey({ ...live, enabled: false }, nowMs)).toBe('key_disabled');
  const late = { ...live, enabled: false, expiresAtMs: 1 };
  expect(refusalOfKey(late, nowMs)).toBe('key_expired');
  expect(refusalOfKey({ ...late, revoked: true }, nowMs)).toBe('key_revoked');
});

test('a key that was replaced works until its time is over, and not a millisecond longer', () => {
  const live = { revoked: false, enabled: true, expiresAtMs: null };
  expect(refusalOfKey({ ...live, graceUntilMs: 1001 }, 1000)).toBeNull();
  expect(refusalOfKey({ ...live, graceUntilMs: 1000 }, 1000)).toBe('key_revoked');
});

test('stops suspended users alone', () => {
  expect(refusalOfUser({ status: 'suspended' })).toBe('user_suspended');
  expect(refusalOfUser({ status: 'pending' })).toBeNull();
  expect(refusalOfUser({ status: 'active' })).toBeNull();
});
