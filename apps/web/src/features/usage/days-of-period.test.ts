import { expect, it } from 'vitest';
import { daysOfPeriod } from './days-of-period.ts';

it('gives every day of the month a bar, with the outcomes of the days that have any', () => {
  const bars = daysOfPeriod({
    quota: {
      periodStart: new Date('2026-11-01T00:00:00Z'),
      periodEnd: new Date('2026-12-01T00:00:00Z'),
    },
    byDay: [
      { day: '2026-11-03', outcomes: { '2xx': 5, '3xx': 1, '4xx': 2, '5xx': 0, refused: 4 } },
    ],
  });
  expect(bars).toHaveLength(30);
  expect(bars[0]).toEqual({
    label: '1 Nov',
    values: { answered: 0, clientErrors: 0, serverErrors: 0, refused: 0 },
  });
  expect(bars[2]).toEqual({
    label: '3 Nov',
    values: { answered: 6, clientErrors: 2, serverErrors: 0, refused: 4 },
  });
});
