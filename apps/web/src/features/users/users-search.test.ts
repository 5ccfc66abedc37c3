import { describe, expect, it } from 'vitest';
import { filterInput, isFiltered, readUsersSearch } from './users-search.ts';

describe('readUsersSearch', () => {
  it('keeps what it knows', () => {
    const search = {
      q: 'acme',
      status: 'suspended',
      role: 'customer',
      plan: 'pro',
      inactive: 30,
      since: '2026-11-01',
      metadata: 'tier=gold, region=eu',
      filter: 'quota_percent > 80',
      sort: 'email',
      order: 'desc',
      columns: 'status,plan',
    };
    expect(readUsersSearch(search)).toEqual(search);
  });

  it('reads a number in the address as text', () => {
    expect(readUsersSearch({ q: 42 })).toEqual({ q: '42' });
  });

  it('drops what it does not understand, so that an old link still opens', () => {
    const search = {
      q: '  ',
      status: 'gone',
      role: ['admin'],
      page: 2,
      inactive: 0,
      since: '2026-13-77',
      metadata: 'tier gold',
      sort: 'colour',
    };
    expect(readUsersSearch(search)).toEqual({});
  });
});

describe('filterInput', () => {
  it('makes of an address what the server takes', () => {
    const search = readUsersSearch({ since: '2026-11-01', metadata: 'a=b=c,d=', inactive: 7 });
    expect(filterInput(search)).toEqual({
      createdAfter: new Date('2026-11-01T00:00:00Z'),
      metadata: { a: 'b=c', d: '' },
      inactiveDays: 7,
    });
  });
});

describe('isFiltered', () => {
  it('does not take an order or a choice of columns for a filter', () => {
    expect(isFiltered({ sort: 'email', order: 'asc', columns: 'plan' })).toBe(false);
    expect(isFiltered({ sort: 'email', q: 'a' })).toBe(true);
  });
});
