import { describe, expect, it } from 'vitest';
import { forecastQuota } from './forecast-quota.ts';

const periodStart = new Date('2026-11-01T00:00:00Z');
const periodEnd = new Date('2026-12-01T00:00:00Z');
const afterTenDays = Date.parse('2026-11-11T00:00:00Z');

function quota(used: number, limit: number | null) {
  return { periodStart, periodEnd, used, limit, remaining: null, percent: null };
}

describe('forecastQuota', () => {
  it('goes on at the pace so far', () => {
    expect(forecastQuota(quota(100, 1000), afterTenDays)).toEqual({ percent: 30, fullAt: null });
  });

  it('says when the quota will be full', () => {
    expect(forecastQuota(quota(500, 1000), afterTenDays)).toEqual({
      percent: 150,
      fullAt: new Date('2026-11-21T00:00:00Z'),
    });
  });

  it.each([
    ['nothing is used', quota(0, 1000), afterTenDays],
    ['there is no limit', quota(500, null), afterTenDays],
    ['the quota is full already', quota(1000, 1000), afterTenDays],
    ['the period has just begun', quota(5, 1000), periodStart.getTime() + 3_600_000],
  ])('tells nothing while %s', (_why, given, nowMs) => {
    expect(forecastQuota(given, nowMs)).toBeNull();
  });
});
