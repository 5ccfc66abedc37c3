import { expect, test } from 'vitest';
import { TokenBuckets } from '../token-buckets.ts';
import { demandsOn, takeToken } from './take-token.ts';

const ofCaller = [{ id: 'u:u', perMinute: 60, capacity: 1 }];

test('a route without a limit of its own demands what the caller must have', () => {
  expect(demandsOn({ id: 'r', rateLimitPerMinute: null }, ofCaller, 'u')).toBe(ofCaller);
});

test("a route's limit is a bucket for each caller", () => {
  const route = { id: 'r', rateLimitPerMinute: 5 };
  const own = { id: 'r:r:u', perMinute: 5, capacity: 5 };
  expect(demandsOn(route, ofCaller, 'u')).toEqual([...ofCaller, own]);
  expect(demandsOn(route, [], '10.0.0.1')).toEqual([{ ...own, id: 'r:r:10.0.0.1' }]);
});

test('refuses when a bucket is empty, and says when to come again', () => {
  const buckets = new TokenBuckets();
  expect(takeToken(buckets, ofCaller, 0)).toMatchObject({ allowed: true, remaining: 0 });
  expect(takeToken(buckets, ofCaller, 100)).toMatchObject({
    code: 'rate_limited',
    retryAfterSeconds: 1,
  });
  expect(takeToken(buckets, ofCaller, 1_000)).toMatchObject({ allowed: true });
  expect(takeToken(buckets, [], 1_000)).toBeNull();
});
