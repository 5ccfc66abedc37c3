import { expect, it } from 'vitest';
import { bucketText, stretchText, timeTicks } from './time-ticks.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function times(from: string, stepMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => Date.parse(from) + at * stepMs);
}

const labels = (...given: Parameters<typeof timeTicks>) =>
  timeTicks(...given).map(({ label }) => label);

it('marks round hours of a day, and the day where it begins', () => {
  const day = times('2026-11-21T15:00:00Z', hourMs, 24);
  expect(timeTicks(day, hourMs, { timeZone: 'UTC' })).toEqual([
    { at: 0, label: '15:00' },
    { at: 3, label: '18:00' },
    { at: 6, label: '21:00' },
    { at: 9, label: '22 Nov' },
    { at: 12, label: '03:00' },
    { at: 15, label: '06:00' },
    { at: 18, label: '09:00' },
    { at: 21, label: '12:00' },
  ]);
});

it('tells hours in the time of whoever looks, over a change of the clocks too', () => {
  const night = times('2026-10-24T18:00:00Z', hourMs, 13);
  expect(labels(night, hourMs, { timeZone: 'Europe/Berlin', countMax: 6 })).toEqual([
    '21:00',
    '25 Oct',
    '03:00',
    '06:00',
  ]);
});

it('marks days of a week of hours', () => {
  const week = times('2026-11-15T09:00:00Z', hourMs, 7 * 24);
  expect(labels(week, hourMs, { timeZone: 'UTC' })).toEqual([
    '16 Nov',
    '17 Nov',
    '18 Nov',
    '19 Nov',
    '20 Nov',
    '21 Nov',
    '22 Nov',
  ]);
});

it('marks days of UTC wherever one looks, and first days of months over a year', () => {
  const month = times('2026-11-01T00:00:00Z', dayMs, 30);
  expect(labels(month, dayMs, { timeZone: 'America/Los_Angeles' })).toEqual([
    '1 Nov',
    '8 Nov',
    '15 Nov',
    '22 Nov',
    '29 Nov',
  ]);
  const year = times('2026-05-10T00:00:00Z', dayMs, 365);
  expect(labels(year, dayMs)).toEqual(['Jun', 'Aug', 'Oct', 'Dec', 'Feb', 'Apr']);
  expect(labels(year, dayMs, { countMax: 12 })).toContain('2027');
});

it('says what a bucket is', () => {
  const at = Date.parse('2026-11-21T23:00:00Z');
  expect(bucketText(at, hourMs, 'UTC')).toBe('Sat 21 Nov, 23:00–00:00');
  expect(bucketText(at, hourMs, 'Europe/Berlin')).toBe('Sun 22 Nov, 00:00–01:00');
  expect(bucketText(Date.parse('2026-11-21'), dayMs, 'America/Los_Angeles')).toBe(
    'Sat, 21 Nov 2026',
  );
});

it('says a stretch, which ends where its last bucket does', () => {
  const first = Date.parse('2026-11-21T17:00Z');
  const last = Date.parse('2026-11-22T16:00Z');
  expect(stretchText(first, last, hourMs, 'UTC')).toBe('21 Nov, 17:00 to 22 Nov, 17:00');
  expect(stretchText(Date.parse('2026-11-01'), Date.parse('2026-11-21'), dayMs)).toBe(
    'Sun, 1 Nov 2026 to Sat, 21 Nov 2026',
  );
});
