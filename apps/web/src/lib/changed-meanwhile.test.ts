import { expect, test } from 'vitest';
import { changedMeanwhile } from './changed-meanwhile.ts';

const seen = { name: 'Pro', burst: 10, updatedAt: new Date(1) };

test('tells what another one changed, and nothing where nobody did', () => {
  expect(changedMeanwhile(seen, { ...seen })).toBeNull();
  expect(changedMeanwhile(seen, { ...seen, updatedAt: new Date(2) })).toBeNull();
  const now = { ...seen, burst: 5, updatedAt: new Date(2) };
  expect(changedMeanwhile(seen, now)).toBe('burst is 5, was 10');
});
