import { expect, it } from 'vitest';
import { filterOf, readRequestsSearch } from './requests-search.ts';

const key = '01a1ffd9-738a-7060-9ce2-6c55bb0b0328';

it('reads filters out of an address and drops what it does not understand', () => {
  const search = { outcome: 'refused', key, since: '2026-11-21' } as const;
  expect(readRequestsSearch(search)).toEqual(search);
  expect(filterOf(search)).toEqual({ ...search, since: new Date('2026-11-21') });
  expect(readRequestsSearch({ outcome: 'lost', key: 'mine', route: 7, since: 'once' })).toEqual({});
});
