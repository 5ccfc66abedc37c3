import { filterFields } from '@apigate/contract';
import { expect, it } from 'vitest';
import { completeFilter } from './complete-filter.ts';

const complete = (text: string) => completeFilter(text, ['free', 'pro']);

it.each([
  ['', [...filterFields, 'not']],
  ['qu', ['quota_percent']],
  ['quota_percent', []],
  ['quota_percent ', ['=', '!=', '<', '<=', '>', '>=']],
  ['quota_percent >', ['>=']],
  ['quota_percent > ', []],
  ['quota_percent > 80 ', ['and', 'or']],
  ['quota_percent > 80 a', ['and']],
  ['(plan ', ['=', '!=']],
  ['plan = ', ['"free"', '"pro"']],
  ['plan = "p', ['"pro"']],
  ['plan != "pro" and not (sta', ['status']],
  ['status = ', ['"active"', '"pending"', '"suspended"']],
])('offers after %j what may come', (text, options) => {
  expect(complete(text).options).toEqual(options);
});

it('replaces what was begun, and nothing else', () => {
  expect(complete('keys = 0 or pl').from).toBe('keys = 0 or '.length);
  expect(complete('keys = 0 or ').from).toBe('keys = 0 or '.length);
  expect(complete('plan = "pr').from).toBe('plan = '.length);
});
