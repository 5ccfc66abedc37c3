import { expect, test } from 'vitest';
import { addressList } from '../checks.ts';
import type { KeyRecord, UserRecord } from '../records.ts';
import { checkCaller } from './check-caller.ts';

const key: KeyRecord = {
  id: 'k',
  digest: 'd',
  scopes: ['reports:read'],
  allowedIps: null,
  rateLimitPerMinute: null,
  expiresAtMs: null,
  enabled: true,
  revoked: false,
  graceUntilMs: null,
  secretHash: null,
};
const user: UserRecord = { id: 'u', email: 'a@b.c', status: 'active', planId: 'p', metadata: {} };
const now = 1_000;

function check(
  { ofKey = {}, ofUser = {}, ips = null as string[] | null },
  requiredScopes: string[] = [],
) {
  const allowedIps = ips === null ? null : addressList(ips);
  const terms = { terms: null, isRecent: true, isForgotten: false };
  const caller = { key: { ...key, ...ofKey }, user: { ...user, ...ofUser }, allowedIps, ...terms };
  return checkCaller(caller, { requiredScopes }, '::ffff:10.0.0.1', now)?.code ?? null;
}

test('lets a caller with everything in order pass', () => {
  expect(check({ ips: ['10.0.0.0/8'] }, ['reports:read'])).toBeNull();
});

test('a key ends at the moment of its expiry', () => {
  expect(check({ ofKey: { expiresAtMs: now + 1 } })).toBeNull();
  expect(check({ ofKey: { expiresAtMs: now } })).toBe('key_expired');
});

test('names key before user, user before address, address before scopes', () => {
  const wrong = { ips: ['192.0.2.1'] };
  const suspended = { ofUser: { status: 'suspended' as const } };
  expect(check({ ...wrong, ...suspended, ofKey: { revoked: true, enabled: false } }, ['x'])).toBe(
    'key_revoked',
  );
  expect(check({ ...wrong, ...suspended }, ['x'])).toBe('user_suspended');
  expect(check(wrong, ['x'])).toBe('ip_not_allowed');
  expect(check({}, ['x'])).toBe('insufficient_scope');
});
