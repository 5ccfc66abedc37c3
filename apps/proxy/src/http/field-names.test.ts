import { expect, test } from 'vitest';
import { fieldNameOf, isReserved } from './field-names.ts';

test.each([
  'x-user-id',
  'x_user_id',
  'x%2duser%2did',
  '%58-user-id',
  'x-user_id',
  'x.user.id',
  'x~user!id',
  'x-user-meta-company',
  'x-user-email',
  'x-user',
  'x-plan-id',
  'x_plan_id',
  'x-key-id',
  'x_key_id',
  'x-apigate-anything',
  'x_apigate_anything',
  'x-request-id',
  'x_request_id',
  'x-api-key',
  'x_api_key',
  'x-forwarded-for',
  'x_forwarded_for',
  'x-forwarded-anything',
  'x-real-ip',
  'forwarded',
])('knows %s as reserved', (name) => {
  expect(isReserved(name)).toBe(true);
});

test.each([
  'x-username',
  'x-users',
  'x-keyboard',
  'x-plans',
  'user-id',
  'x-requested-with',
  'from',
  'x-custom',
])('lets %s pass', (name) => {
  expect(isReserved(name)).toBe(false);
});

test('knows a name in any spelling', () => {
  expect(fieldNameOf('CONTENT-length')).toMatchObject({ lower: 'content-length', mayTrail: false });
  expect(fieldNameOf('X_User_Id')).toMatchObject({ staysHere: true, mayTrail: false });
  expect(fieldNameOf('X-Checksum')).toMatchObject({ staysHere: false, mayTrail: true });
});
