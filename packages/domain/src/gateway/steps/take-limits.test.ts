import { expect, test } from 'vitest';
import { SharedCounters } from '../counters/shared-counters.ts';
import { quotaPeriodAt } from '../quota-period.ts';
import { accountOf, demandsOn, refusalOfTake } from './take-limits.ts';

const nowMs = Date.UTC(2026, 10, 30, 23, 59, 30);
const period = quotaPeriodAt(nowMs);
const moment = { period, nowMs, exceededStatus: 402 };
const ofCaller = [{ id: 'u:u', perMinute: 60, capacity: 1 }];

function limits(enforcement: 'hard' | 'soft') {
  return { rateLimitPerMinute: null, burst: null, requestsPerMonth: 10, enforcement };
}

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
  let clockMs = 0;
  const counters = new SharedCounters({ clock: () => clockMs });
  const take = () => refusalOfTake(counters.take(ofCaller, null), moment);
  expect(take()).toBeNull();
  clockMs = 100;
  expect(take()).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
  clockMs = 1_000;
  expect(take()).toBeNull();
});

test('takes what a request costs, all of it or nothing, and says when the quota starts anew', () => {
  const counters = new SharedCounters();
  const take = (units: number) => counters.take([], accountOf('u', limits('hard'), units, period));
  expect(refusalOfTake(take(8), moment)).toBeNull();
  expect(refusalOfTake(take(3), moment)).toMatchObject({
    code: 'quota_exceeded',
    status: 402,
    retryAfterSeconds: 30,
    detail: expect.stringContaining('8 of 10 units'),
  });
  expect(refusalOfTake(take(2), moment)).toBeNull();
  expect(take(0).quota).toMatchObject({ used: 10 });
});

test('answers as the setting says, and lets a soft quota be passed', () => {
  const counters = new SharedCounters();
  const other = { ...moment, exceededStatus: 429 };
  const take = (enforcement: 'hard' | 'soft') =>
    counters.take([], accountOf('u', limits(enforcement), 11, period));
  expect(refusalOfTake(take('hard'), other)).toMatchObject({ status: 429 });
  expect(refusalOfTake(take('soft'), other)).toBeNull();
});

test('what cannot be counted is too much', () => {
  const verdict = { refusedBy: 'room', rate: null, quota: null } as const;
  expect(refusalOfTake(verdict, moment)).toMatchObject({ code: 'overloaded' });
});
