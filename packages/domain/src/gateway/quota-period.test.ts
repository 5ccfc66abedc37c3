import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotaPeriodAt } from './quota-period.ts';

test.each([
  ['2026-11-01T00:00:00.000Z', '2026-11-01', '2026-12-01'],
  ['2026-10-31T23:59:59.999Z', '2026-10-01', '2026-11-01'],
  ['2026-12-31T23:59:59.999Z', '2026-12-01', '2027-01-01'],
  ['2027-01-01T00:00:00.000Z', '2027-01-01', '2027-02-01'],
  ['2028-02-29T12:00:00.000Z', '2028-02-01', '2028-03-01'],
  ['2100-02-28T23:59:59.999Z', '2100-02-01', '2100-03-01'],
  // The nights in which clocks change in Europe and in America.
  ['2026-03-29T01:30:00.000Z', '2026-03-01', '2026-04-01'],
  ['2026-11-01T06:30:00.000Z', '2026-11-01', '2026-12-01'],
  // Still October in New York, already November in UTC.
  ['2026-10-31T20:30:00.000-04:00', '2026-11-01', '2026-12-01'],
])('counts %s in the month from %s to %s', (at, start, end) => {
  expect(quotaPeriodAt(Date.parse(at))).toEqual({
    start,
    startMs: Date.parse(`${start}T00:00:00.000Z`),
    endMs: Date.parse(`${end}T00:00:00.000Z`),
  });
});

test('gives every moment exactly one period, and leaves no gap between two', () => {
  const moment = fc.date({
    min: new Date('1970-01-01T00:00:00Z'),
    max: new Date('9999-11-30T00:00:00Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moment, (at) => {
      const period = quotaPeriodAt(at.getTime());
      expect(period.startMs).toBeLessThanOrEqual(at.getTime());
      expect(period.endMs).toBeGreaterThan(at.getTime());
      expect(quotaPeriodAt(period.startMs)).toEqual(period);
      expect(quotaPeriodAt(period.endMs - 1)).toEqual(period);
      expect(quotaPeriodAt(period.endMs).startMs).toBe(period.endMs);
    }),
  );
});
