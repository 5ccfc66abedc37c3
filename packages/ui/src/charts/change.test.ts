import { expect, it } from 'vitest';
import { changeOf } from './change.ts';

it.each([
  [104, 100, 'percent', { text: '+4 %', direction: 'up' }],
  [50, 100, 'percent', { text: '−50 %', direction: 'down' }],
  [1_000, 3, 'percent', { text: '×333', direction: 'up' }],
  [100, 100, 'percent', { text: 'no change', direction: 'same' }],
  [5, 0, 'percent', { text: 'new', direction: 'up' }],
  [0, 0, 'percent', null],
  [null, 5, 'percent', null],
  [0.3, 0.5, 'points', { text: '−0.2 points', direction: 'down' }],
  [2, 0, 'points', { text: '+2 points', direction: 'up' }],
] as const)('tells %s after %s in %s', (value, previous, unit, change) => {
  expect(changeOf(value, previous, unit)).toEqual(change);
});
