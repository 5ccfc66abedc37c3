import { expect, test } from 'vitest';
import { keyChangesOf, listError, newKey, readKeyForm, tomorrow } from './key-draft.ts';

const nowMs = new Date('2027-01-31T12:00:00').getTime();

function formOf(entries: readonly (readonly [string, string])[]): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

test('scopes that are ticked and typed are read once each, addresses from any list of them', () => {
  const form = formOf([
    ['name', ' Backend '],
    ['scope', 'reports:read'],
    ['scope', 'reports:write'],
    ['otherScopes', 'orders:*, reports:read'],
    ['allowedIps', '10.0.0.0/8\n192.0.2.7, 2001:db8::/32 '],
    ['rateLimit', '30'],
    ['lifetime', 'never'],
  ]);
  expect(readKeyForm(form, newKey, nowMs)).toEqual({
    name: 'Backend',
    scopes: ['reports:read', 'reports:write', 'orders:*'],
    allowedIps: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'],
    rateLimitPerMinute: 30,
    expiresAt: null,
  });
});

test('what is left empty restricts nothing', () => {
  const form = formOf([
    ['name', 'x'],
    ['otherScopes', ''],
    ['allowedIps', ' \n'],
    ['rateLimit', ''],
    ['lifetime', 'never'],
  ]);
  expect(readKeyForm(form, newKey, nowMs)).toEqual({ ...newKey, name: 'x' });
});

test('a key expires when its form says, to the end of the day that was named', () => {
  const expiresAt = new Date('2027-03-01T08:00:00');
  const read = (...entries: [string, string][]) =>
    readKeyForm(formOf(entries), { ...newKey, expiresAt }, nowMs).expiresAt;
  expect(read(['lifetime', 'kept'])).toEqual(expiresAt);
  expect(read(['lifetime', 'never'])).toBeNull();
  expect(read(['lifetime', '30'])?.getTime()).toBe(nowMs + 30 * 24 * 3_600_000);
  expect(read(['lifetime', 'date'], ['date', '2027-02-28'])).toEqual(
    new Date('2027-02-28T23:59:59.999'),
  );
  expect(tomorrow(nowMs)).toBe('2027-02-01');
});

test('only what was changed is sent', () => {
  const key = { ...newKey, name: 'Backend', scopes: ['a'] };
  const same = { ...newKey, name: 'Backend', scopes: ['a'] };
  expect(keyChangesOf(same, key)).toEqual({});
  expect(keyChangesOf({ ...same, allowedIps: ['::1'] }, key)).toEqual({ allowedIps: ['::1'] });
});

test('what is wrong with an entry of a list names the entry', () => {
  const errors = { 'allowedIps.1': 'must be an IP address', scopes: 'may hold at most 32' };
  expect(listError(errors, 'allowedIps', ['::1', '10.0.0.300'])).toBe(
    '“10.0.0.300” must be an IP address.',
  );
  expect(listError(errors, 'scopes', ['a'])).toBe('may hold at most 32');
  expect(listError({}, 'scopes', ['a'])).toBeUndefined();
});
