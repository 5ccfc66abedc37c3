import { describe, expect, it } from 'vitest';
import { monthOf, readRangeSearch, timeRangeOf } from './time-range.ts';

const nowMs = Date.parse('2026-11-22T14:20:00Z');
const at = (iso: string) => new Date(iso);

describe('timeRangeOf', () => {
  it('takes the last 24 hours unless told, this one among them, beside the 24 before', () => {
    expect(timeRangeOf({}, nowMs)).toMatchObject({
      from: at('2026-11-21T15:00:00Z'),
      to: at('2026-11-22T15:00:00Z'),
      before: at('2026-11-20T15:00:00Z'),
      bucket: 'hour',
    });
  });

  it('counts thirty days by whole days, today among them', () => {
    expect(timeRangeOf({ range: '30d' }, nowMs)).toMatchObject({
      from: at('2026-10-24T00:00:00Z'),
      to: at('2026-11-23T00:00:00Z'),
      before: at('2026-09-24T00:00:00Z'),
      bucket: 'day',
    });
  });

  it('compares a month with the one before, however long that is', () => {
    const january = Date.parse('2027-01-31T23:59:00Z');
    expect(timeRangeOf({ range: 'month' }, january)).toMatchObject({
      from: at('2027-01-01T00:00:00Z'),
      to: at('2027-02-01T00:00:00Z'),
      before: at('2026-12-01T00:00:00Z'),
    });
  });

  it('widens two moments to whole buckets: hours up to a week, else days', () => {
    const hours = { from: '2026-11-20T08:30:00.000Z', to: '2026-11-20T11:10:00.000Z' };
    expect(timeRangeOf(hours, nowMs)).toMatchObject({
      name: null,
      from: at('2026-11-20T08:00:00Z'),
      to: at('2026-11-20T12:00:00Z'),
      before: at('2026-11-20T04:00:00Z'),
      bucket: 'hour',
    });
    const days = { from: '2026-11-01T08:30:00.000Z', to: '2026-11-20T11:10:00.000Z' };
    expect(timeRangeOf(days, nowMs)).toMatchObject({
      from: at('2026-11-01T00:00:00Z'),
      to: at('2026-11-21T00:00:00Z'),
      bucket: 'day',
    });
  });
});

it('takes from an address what it understands', () => {
  expect(readRangeSearch({ range: '7d', from: 'yesterday', to: '2026-11-20' })).toEqual({
    range: '7d',
  });
  expect(readRangeSearch({ range: 'ever', from: '2026-11-19', to: '2026-11-20' })).toEqual({
    from: '2026-11-19T00:00:00.000Z',
    to: '2026-11-20T00:00:00.000Z',
  });
  expect(readRangeSearch({ from: '2026-11-20', to: '2026-11-19' })).toEqual({});
});

it('names the month in which a stretch ends', () => {
  expect(monthOf({ to: at('2026-12-01T00:00:00Z') })).toBe('2026-11');
});
