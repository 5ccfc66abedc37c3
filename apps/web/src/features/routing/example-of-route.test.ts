import { expect, test } from 'vitest';
import { exampleOfRoute } from './example-of-route.ts';

test.each([
  ['/v1/*', null, '/v1/users/7', 'http://api.test/base/v1/users/7'],
  ['/v1/*', '/api', '/v1/users/7', 'http://api.test/base/api/users/7'],
  ['/v1/*', '/', '/v1/users/7', 'http://api.test/base/users/7'],
  ['/*', '/api/', '/users/7', 'http://api.test/base/api/users/7'],
  ['/status', '/health', '/status', 'http://api.test/base/health'],
])('the route %s with the rewrite %s sends %s to %s', (path, rewrite, asked, sent) => {
  expect(exampleOfRoute({ path, rewrite }, 'http://api.test/base')).toEqual({ asked, sent });
});

test('has no example before there is a path', () => {
  expect(exampleOfRoute({ path: '', rewrite: null }, 'http://api.test')).toBeNull();
});
