import { generateApiKey, readCredential } from '@apigate/domain/gateway';
import { expect, test } from 'vitest';
import { parseRequestHead } from '../http/parse-head.ts';

const key = generateApiKey('ak');
const other = generateApiKey('ak');

function read(headers: string[], authRequired = true) {
  let lines = '';
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  const head = parseRequestHead(`GET / HTTP/1.1\r\n${lines}\r\n`);
  if (typeof head === 'string') throw new Error(head);
  return readCredential(head, authRequired);
}

test.each([
  [['X-API-Key', key], false],
  [['x-api-KEY', key], false],
  [['Authorization', `Bearer ${key}`], true],
  [['authorization', `bearer  ${key}`], true],
  [['X-API-Key', key, 'Authorization', `Bearer ${key}`], true],
  [['X-API-Key', key, 'X-API-Key', key], false],
  [['X-API-Key', key, 'Authorization', 'AWS4-HMAC-SHA256 x'], false],
])('finds the key in %j', (headers, isAuthorizationOurs) => {
  expect(read(headers)).toEqual({ secret: key, isAuthorizationOurs });
});

const chosen = { keyId: 'shop', keySecret: 'se:cret' };

test.each([
  [['X-API-Key', 'shop:se:cret'], false],
  [['Authorization', `Basic ${btoa('shop:se:cret')}`], true],
  [['authorization', `basic  ${btoa('shop:se:cret').replaceAll('=', '')}`], true],
  [['Authorization', `Basic ${btoa('shop:se:cret')}`, 'X-API-Key', 'shop:se:cret'], true],
])('finds the chosen key id and its secret in %j', (headers, isAuthorizationOurs) => {
  expect(read(headers)).toEqual({ secret: chosen, isAuthorizationOurs });
});

test.each([
  [['X-API-Key', key, 'X-API-Key', other]],
  [['Authorization', `Bearer ${key}`, 'Authorization', `Bearer ${other}`]],
  [['X-API-Key', key, 'Authorization', `Bearer ${other}`]],
  [['X-API-Key', key, 'Authorization', 'Basic YTpi']],
  [['X-API-Key', `${key}x`]],
  [['X-API-Key', `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`]],
  [['X-API-Key', 'id:short']],
  [['X-API-Key', ':secret']],
  [['Authorization', 'Bearer shop:secret']],
  [['Authorization', `Basic ${btoa(key)}`]],
  [['Authorization', 'Basic shop:secret']],
  [['Authorization', `Basic ${btoa('shop:secret')}`, 'X-API-Key', 'shop:secreT']],
  [['Authorization', `Basic ${btoa('shop:secret')}`, 'X-API-Key', key]],
  [['Authorization', 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x']],
  [['Authorization', 'Basic YTpi']],
])('refuses %j as invalid, without any look-up', (headers) => {
  expect(read(headers)).toMatchObject({ code: 'invalid_api_key', status: 401 });
});

test.each([
  [[]],
  [['X-API-Key', '']],
  [['Authorization', 'Bearer']],
  [['Authorization', 'Digest x']],
])('tells of a missing key for %j', (headers) => {
  expect(read(headers)).toMatchObject({ code: 'missing_api_key', status: 401 });
});

test('leaves a bearer token that is none of ours to the upstream where no key is needed', () => {
  const anonymous = { secret: null, isAuthorizationOurs: false };
  expect(read(['Authorization', 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x'], false)).toEqual(anonymous);
  expect(read(['Authorization', 'Basic YTpi'], false)).toEqual(anonymous);
  expect(read([], false)).toEqual(anonymous);
  const ours = { secret: key, isAuthorizationOurs: true };
  expect(read(['Authorization', `Bearer ${key}`], false)).toEqual(ours);
  expect(read(['X-API-Key', 'garbage'], false)).toMatchObject({ code: 'invalid_api_key' });
});
