import { expect, it } from 'vitest';
import { fullAt } from './full-at.ts';

const nowMs = Date.parse('2026-11-21T00:00:00Z');
const quota = { used: 500, periodEnd: new Date('2026-12-01T00:00:00Z') };

it('tells when a quota is used up at the pace of the forecast', () => {
  expect(fullAt(quota, { units: 1_500 }, 1_000, nowMs)).toEqual(new Date('2026-11-26T00:00:00Z'));
});

it.each([
  ['there is no forecast', null, 1_000],
  ['it lasts until the end', { units: 900 }, 1_000],
  ['it is used up already', { units: 1_500 }, 400],
])('tells nothing while %s', (_why, forecast, limit) => {
  expect(fullAt(quota, forecast, limit, nowMs)).toBeNull();
});
