import { describe, expect, it } from 'vitest';
import { readUsersSearch } from './users-search.ts';

describe('readUsersSearch', () => {
  it('keeps the filters that it knows', () => {
    const search = { q: 'acme', status: 'suspended', role: 'customer', plan: 'pro' };
    expect(readUsersSearch(search)).toEqual(search);
  });

  it('reads a number in the address as text', () => {
    expect(readUsersSearch({ q: 42 })).toEqual({ q: '42' });
  });

  it('drops what it does not understand, so that an old link still opens', () => {
    expect(readUsersSearch({ q: '  ', status: 'gone', role: ['admin'], page: 2 })).toEqual({});
  });
});
