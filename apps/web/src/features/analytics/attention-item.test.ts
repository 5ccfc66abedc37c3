import { expect, it } from 'vitest';
import { quotaItem } from './attention-item.ts';

const user = { id: '01a1ffd9-6de9-73cf-9836-5618d3cefc0c', email: 'a@example.com', name: null };
const plan = { id: '01a1ffd9-67db-74f3-af6b-c90ee492a315', slug: 'pro', name: 'Pro' };
const wordsOf = (quotaPercent: number | null, fullAt: Date | null) =>
  quotaItem({ user, plan, quotaPercent }, fullAt).map(({ what, tone }) => [tone, what]);

it('tells of a quota that is used up, and of one that will be, when', () => {
  expect(wordsOf(100, null)).toEqual([['bad', 'Quota of Pro used up']]);
  expect(wordsOf(96, new Date('2026-11-27T12:00:00'))).toEqual([
    ['warn', '96 % of Pro, full on 27 Nov'],
  ]);
});

it('says nothing of one that lasts, or has no limit', () => {
  expect(wordsOf(96, null)).toEqual([]);
  expect(wordsOf(null, null)).toEqual([]);
});
