import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

const random = randomBytes(32).toString('base64url');
const secrets: Record<string, string> = {
  'a key': 'ak_0123456789ABCDEFGHIJabcdefghij01CRC32x',
  'a service key': 'sk_0123456789ABCDEFGHIJabcdefghij01CRC32x',
  'a key with a prefix of the operator’s': 'acme7_0123456789ABCDEFGHIJabcdefghij01CRC32x',
  'a key cut short': 'ak_0123456789ABCDEFGHIJ',
  'a key of somebody else': 'sk_live_0123456789ABCDEFGHIJabcd',
  'an access token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_x',
  'a refresh token': `018f6b1e-7c3a-7000-8000-000000000000.${random}.${random.slice(0, 22)}`,
  'the token of a link': random,
  'a digest': createHash('sha256').update('x').digest('base64url'),
  'a hash of bcrypt': '$2b$12$C6UzMDM.H6dfI/f/IKcEeO5nqNQkLSFvLgZ.hq3hHqZ9sPZlbWdSS',
  'a hash of bcrypt with what looks like a digest in it': `$2b$12$abcdefgh./${random.replace(/[_-]/g, 'x')}`,
  'a hash of bcrypt cut short': '$2b$12$C6UzMDM.H6dfI',
};

/** Ways in which a text ends up in a line of the log. */
const places: Record<string, (secret: string) => unknown> = {
  'as a value': (secret) => ({ event: 'x', secretly: secret }),
  'in a message': (secret) => ({ msg: `the key ${secret} was refused` }),
  'in a query': (secret) => ({ url: `/v1/x?a=1&q=${secret}&b=2` }),
  'in a path': (secret) => ({ path: `/v1/${secret}/x` }),
  'in a list of headers': (secret) => ({ headers: ['X-Other', `v ${secret}`] }),
  'in a body that is quoted': (secret) => ({ body: JSON.stringify({ q: { deep: secret } }) }),
  'in a stack': (secret) => ({ stack: new Error(`no ${secret}`).stack }),
};

test.each(
  Object.entries(secrets).flatMap(([what, secret]) =>
    Object.entries(places).map(([where, put]) => [what, where, secret, put] as const),
  ),
)('%s %s is not shown, and the line stays JSON', (_what, _where, secret, put) => {
  const line = withoutSecrets(JSON.stringify(put(secret)));
  expect(line).not.toContain(secret);
  expect(line).toContain('[secret]');
  expect(JSON.parse(line)).toEqual(expect.any(Object));
});

test.each<[string, unknown]>([
  ['Bearer', { authorization: 'Bearer hunter2-word' }],
  ['Basic', { message: 'sent Authorization: Basic aHVudGVyMi13b3Jk' }],
  ['a password', { body: { currentPassword: 'hunter2-word' } }],
  ['a password with a quote in it', { password: 'hunter2-"hunter2-word' }],
  ['a password in quoted JSON', { body: '{"new_password":"hunter2-word","x":1}' }],
  ['a password in a form', { body: 'user=1&password=hunter2-word&x=y' }],
  ['a password in an address', { url: 'postgres://user:hunter2-word@db:5432/apigate' }],
  [
    'a header in a flat list',
    { headers: ['Cookie', 'session=hunter2-word; a=b', 'Accept', '*/*'] },
  ],
  ['our cookies', { text: 'got __Host-apigate_refresh=hunter2-word; Path=/' }],
  ['a parameter', { url: '/x?api_key=hunter2-word&n=1' }],
  ['a token under its name', { refreshToken: 'hunter2-word' }],
])('%s is known by where it stands', (_what, logged) => {
  const line = withoutSecrets(JSON.stringify(logged));
  expect(line).not.toMatch(/hunter2-word|aHVudGVyMi13b3Jk/);
  expect(JSON.parse(line)).toEqual(expect.any(Object));
});

test('what is no secret is left as it is', () => {
  const line = JSON.stringify({
    level: 50,
    event: 'password_changed',
    next: 'usage_shipment_failed',
    request_id: '018f6b1e-7c3a-7000-8000-000000000000',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    err: { type: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:5432', code: 'ECONNREFUSED' },
    prefix: 'ak_1234',
    url: 'https://api.example.com/v1/things?limit=3',
  });
  expect(withoutSecrets(line)).toBe(line);
});

test('any line of JSON stays one, however odd', () => {
  const name = fc.constantFrom('password', 'token', 'cookie', 'x', 'authorization');
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('"', '\\', 'a', '=', ' ') }),
  );
  fc.assert(
    fc.property(fc.dictionary(name, fc.oneof(value, fc.json())), (logged) => {
      const line = JSON.stringify(logged);
      expect(Object.keys(JSON.parse(withoutSecrets(line)))).toEqual(Object.keys(logged));
    }),
  );
});
