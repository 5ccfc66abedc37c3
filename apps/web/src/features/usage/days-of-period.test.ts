import { expect, it } from 'vitest';
import { daysOfPeriod } from './days-of-period.ts';

it('gives every day of the month a bucket, with the outcomes of the days that have any', () => {
  const points = daysOfPeriod({
    quota: {
      periodStart: new Date('2026-11-01T00:00:00Z'),
      periodEnd: new Date('2026-12-01T00:00:00Z'),
    },
    byDay: [
      { day: '2026-11-03', outcomes: { '2xx': 5, '3xx': 1, '4xx': 2, '5xx': 0, refused: 4 } },
    ],
  });
  expect(points).toHaveLength(30);
  expect(points[0]).toEqual({
    atMs: Date.parse('2026-11-01T00:00:00Z'),
    values: { answered: 0, clientErrors: 0, serverErrors: 0, refused: 0 },
  });
  expect(points[2]).toEqual({
    atMs: Date.parse('2026-11-03T00:00:00Z'),
    values: { answered: 6, clientErrors: 2, serverErrors: 0, refused: 4 },
  });
});
