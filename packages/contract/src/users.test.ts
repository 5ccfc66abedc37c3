import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createUserInput, setUserPasswordInput, updateUserInput, user } from './users.ts';

const email = 'jane@example.com';

function accepts(fields: object): boolean {
  return createUserInput.safeParse({ email, ...fields }).success;
}

test.each(['jo', 'Jane.Doe-1_x', '0jane', 'j'.repeat(64)])(
  'accepts the username %j',
  (username) => {
    expect(createUserInput.parse({ email, username }).username).toBe(username.toLowerCase());
  },
);

test.each([
  'j',
  'j'.repeat(65),
  '.jane',
  '-jane',
  'jane doe',
  'jane@example.com',
  'jäne',
  'jane/..',
  '01923456-789a-7bcd-8ef0-123456789abc',
])('refuses the username %j', (username) => {
  expect(accepts({ username })).toBe(false);
});

test.each(['user-123', 'auth0:5f7', 'A.b_c', '1'])(
  'keeps the external id %j as it is',
  (externalId) => {
    expect(createUserInput.parse({ email, externalId }).externalId).toBe(externalId);
  },
);

test.each(['', '-1', 'a b', 'a@b', 'a/b', 'x'.repeat(129), '01923456-789A-7BCD-8EF0-123456789ABC'])(
  'refuses the external id %j',
  (externalId) => {
    expect(accepts({ externalId })).toBe(false);
  },
);

test('never takes a username or an external id that could pass for an id', () => {
  fc.assert(
    fc.property(
      fc.uuid(),
      (uuid) => !accepts({ username: uuid }) && !accepts({ externalId: uuid }),
    ),
  );
});

test('refuses fields that it does not know, so that no typo is lost', () => {
  expect(accepts({ rôle: 'admin' })).toBe(false);
  expect(accepts({ isAdmin: true })).toBe(false);
  expect(accepts({ passwordHash: 'x' })).toBe(false);
  expect(updateUserInput.safeParse({ user: email, status: 'active' }).success).toBe(false);
  expect(updateUserInput.safeParse({ user: email, password: 'x' }).success).toBe(false);
});

test.each(['', 'x'.repeat(257), 12345678, ['long enough'], null])(
  'refuses the password %j',
  (password) => {
    expect(setUserPasswordInput.safeParse({ user: email, password }).success).toBe(false);
  },
);

test('keeps a password as it is, spaces at its ends included', () => {
  const password = '  päss\u0000 wörd  ';
  expect(setUserPasswordInput.parse({ user: email, password }).password).toBe(password);
});

test('shows no field that is a secret', () => {
  const secret = /hash|totp|digest|secret|epoch|failed|locked/i;
  expect(Object.keys(user.shape).filter((field) => secret.test(field))).toEqual([]);
});
