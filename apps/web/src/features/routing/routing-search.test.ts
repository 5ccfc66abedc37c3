import { expect, test } from 'vitest';
import { callerOf, readRoutingSearch } from './routing-search.ts';

test('takes a request from an address, and drops what is none', () => {
  const search = { method: 'POST', path: '/v1', host: '', as: 7, other: 1 };
  expect(readRoutingSearch(search)).toEqual({ method: 'POST', path: '/v1', as: '7' });
  expect(readRoutingSearch({ method: 'BREW' })).toEqual({});
});

test('tells a key from a user by its form', () => {
  expect(callerOf('ak_7Hq2…F702')).toEqual({ key: 'ak_7Hq2…F702' });
  expect(callerOf('some_body@example.com')).toEqual({ user: 'some_body@example.com' });
  expect(callerOf(undefined)).toEqual({});
});
