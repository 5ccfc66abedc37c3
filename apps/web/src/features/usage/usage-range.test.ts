import { expect, it } from 'vitest';
import { askedRange, readUsageSearch } from './usage-range.ts';

const nowMs = Date.parse('2026-11-21T10:30:00Z');

it('asks for whole hours of a day, and whole days of more', () => {
  expect(askedRange({ range: '24h' }, nowMs)).toEqual({
    from: new Date('2026-11-20T10:00:00Z'),
    to: new Date('2026-11-21T11:00:00Z'),
    bucket: 'hour',
  });
  expect(askedRange({}, nowMs)).toEqual({
    from: new Date('2026-10-22T00:00:00Z'),
    to: new Date('2026-11-22T00:00:00Z'),
    bucket: 'day',
  });
});

it('reads a stretch out of an address, and nothing out of a broken one', () => {
  const search = { from: '2026-11-03', to: '2026-11-05T12:00:00.000Z' };
  const read = readUsageSearch(search);
  expect(read).toEqual({ from: '2026-11-03T00:00:00.000Z', to: '2026-11-05T12:00:00.000Z' });
  expect(askedRange(read, nowMs).bucket).toBe('hour');
  expect(readUsageSearch({ from: search.to, to: search.from, range: 'always' })).toEqual({});
  expect(readUsageSearch({ from: 'yesterday', to: 7 })).toEqual({});
});
