import { expect, test } from 'vitest';
import { limitHeaders } from './limit-headers.ts';
import { quotaPeriodAt } from './quota-period.ts';

const nowMs = Date.UTC(2026, 10, 30, 23, 59, 0);
const period = quotaPeriodAt(nowMs);
const rate = { allowed: true, remaining: 59, perMinute: 60, retryAfterMs: 0, fullAfterMs: 1_500 };

function named(headers: string[]): Record<string, string | undefined> {
  return Object.fromEntries(
    headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]]] : [])),
  );
}

test('tells rate limit and quota in both forms', () => {
  expect(named(limitHeaders(rate, { allowed: true, limit: 1000, used: 7 }, period, nowMs))).toEqual(
    {
      'X-RateLimit-Limit': '60',
      'X-RateLimit-Remaining': '59',
      'X-RateLimit-Reset': String(nowMs / 1000 + 2),
      'X-Quota-Limit': '1000',
      'X-Quota-Remaining': '993',
      'X-Quota-Used': '7',
      'X-Quota-Reset': String(Date.UTC(2026, 11, 1) / 1000),
      'RateLimit-Policy': '"minute";q=60;w=60, "period";q=1000;w=2592000',
      RateLimit: '"minute";r=59;t=2, "period";r=993;t=60',
    },
  );
});

test('leaves out what is unlimited, and counts all the same', () => {
  const quota = { allowed: true, limit: null, used: 7 };
  expect(Object.keys(named(limitHeaders(null, quota, period, nowMs)))).toEqual([
    'X-Quota-Used',
    'X-Quota-Reset',
  ]);
  expect(named(limitHeaders(rate, quota, period, nowMs))).toMatchObject({
    RateLimit: '"minute";r=59;t=2',
  });
});

test('never tells of less than nothing left', () => {
  const soft = { allowed: true, limit: 10, used: 12 };
  expect(named(limitHeaders(null, soft, period, nowMs))).toMatchObject({
    'X-Quota-Remaining': '0',
    RateLimit: '"period";r=0;t=60',
  });
});
