import { expect, test } from 'vitest';
import { QuotaLedger } from '../quota-ledger.ts';
import { quotaPeriodAt } from '../quota-period.ts';
import { takeQuota } from './take-quota.ts';

const nowMs = Date.UTC(2026, 10, 30, 23, 59, 30);
const moment = { period: quotaPeriodAt(nowMs), nowMs, exceededStatus: 402 };

function limits(enforcement: 'hard' | 'soft') {
  return { rateLimitPerMinute: null, burst: null, requestsPerMonth: 10, enforcement };
}

test('takes what a request costs, all of it or nothing', () => {
  const ledger = new QuotaLedger();
  expect(takeQuota(ledger, 'u', limits('hard'), 8, moment)).toMatchObject({ used: 8 });
  expect(takeQuota(ledger, 'u', limits('hard'), 3, moment)).toMatchObject({
    code: 'quota_exceeded',
    status: 402,
    retryAfterSeconds: 30,
    detail: expect.stringContaining('8 of 10 units'),
  });
  expect(takeQuota(ledger, 'u', limits('hard'), 2, moment)).toMatchObject({ used: 10 });
  expect(takeQuota(ledger, 'u', limits('hard'), 0, moment)).toMatchObject({ used: 10 });
});

test('answers as the setting says, and lets a soft quota be passed', () => {
  const ledger = new QuotaLedger();
  const other = { ...moment, exceededStatus: 429 };
  expect(takeQuota(ledger, 'u', limits('hard'), 11, other)).toMatchObject({ status: 429 });
  expect(takeQuota(ledger, 'u', limits('soft'), 11, other)).toMatchObject({
    allowed: true,
    used: 11,
  });
});
