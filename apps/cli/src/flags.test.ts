import {
  createKeyInput,
  createPlanInput,
  updateKeyInput,
  updateUserInput,
} from '@apigate/contract';
import { describe, expect, test } from 'vitest';
import { CommandError } from './failure.ts';
import { header, json, list, number, readInput, text, time, yesNo } from './flags.ts';

const planFlags = {
  name: text('--name <name>', ''),
  priceMonthlyCents: number('--price <cents>', ''),
  rateLimitPerMinute: number('--rate-limit <n>', ''),
  isDefault: yesNo('--default [boolean]', ''),
};
const keyFlags = {
  scopes: list('--scopes <a,b>', ''),
  allowedIps: list('--allowed-ips <ranges>', ''),
  expiresAt: time('--expires <time>', ''),
};

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof CommandError) return error.faults;
    throw error;
  }
  return [];
}

describe('flags', () => {
  test('become the fields of the input, with the contract’s defaults', () => {
    const typed = { name: 'Pro', price: '2900', rateLimit: 'unlimited', default: 'true' } as const;
    expect(readInput(createPlanInput, planFlags, typed, {})).toMatchObject({
      name: 'Pro',
      priceMonthlyCents: 2900,
      rateLimitPerMinute: null,
      isDefault: true,
      requestsPerMonth: 1000,
    });
  });

  test('mean yes when they stand alone', () => {
    const typed = { name: 'Pro', default: true } as const;
    expect(readInput(createPlanInput, planFlags, typed, {}).isDefault).toBe(true);
  });

  test('hold lists and times', () => {
    const typed = { scopes: 'a:b, c', allowedIps: '10.0.0.0/8,::1', expires: '2027-01-31' };
    const input = readInput(
      createKeyInput,
      { ...keyFlags, name: text('--name <n>', '') },
      { ...typed, name: 'ci' },
      {},
    );
    expect(input).toMatchObject({
      scopes: ['a:b', 'c'],
      allowedIps: ['10.0.0.0/8', '::1'],
      expiresAt: new Date('2027-01-31T00:00:00Z'),
    });
    const withZone = { expires: '2027-01-31T18:00:00+02:00', name: 'ci' };
    const zoned = readInput(
      createKeyInput,
      { ...keyFlags, name: text('--name <n>', '') },
      withZone,
      {},
    );
    expect(zoned.expiresAt).toEqual(new Date('2027-01-31T16:00:00Z'));
  });

  test('hold headers, whose value may hold a colon', () => {
    expect(header('--auth-header <header>', '').read('X-Token: a:b')).toEqual({
      name: 'X-Token',
      value: 'a:b',
    });
  });

  test('clear a field that may be null when they are empty, and only such a field', () => {
    const key = '01a1ffd4-421b-7327-b3b2-2a68b1fc5434';
    const typed = { scopes: '', allowedIps: '', expires: '' };
    expect(readInput(updateKeyInput, keyFlags, typed, { key })).toEqual({
      key,
      scopes: [],
      allowedIps: null,
      expiresAt: null,
    });
    const plan = { plan: text('--plan <plan>', '') };
    expect(
      faultsOf(() => readInput(updateUserInput, plan, { plan: '' }, { user: 'jane' })),
    ).toEqual(['--plan: Too small: expected string to have >=1 characters']);
  });
});

describe('faults', () => {
  test('are told together, by the name of the flag', () => {
    const typed = { name: 'Pro', price: '-1', rateLimit: '0' };
    expect(faultsOf(() => readInput(createPlanInput, planFlags, typed, {}))).toEqual([
      '--price: Too small: expected number to be >=0',
      '--rate-limit: 0 is not a limit: use null, -1 or "unlimited" for no limit',
    ]);
  });

  test.for([
    ['1e3', 'must be a number'],
    ['12px', 'must be a number'],
    [' ', 'must be a number'],
    ['0x10', 'must be a number'],
  ] as const)('a number is not %j', ([price, message]) => {
    const typed = { name: 'Pro', price };
    expect(faultsOf(() => readInput(createPlanInput, planFlags, typed, {}))).toEqual([
      `--price: ${message}`,
    ]);
  });

  test.for(['tomorrow', '2027-02-30', '31.01.2027', '2027-01-31 18:00', '2027-01-31T18:00:00'])(
    'a time is not %j',
    (typed) => {
      expect(() => time('--expires <time>', '').read(typed)).toThrow('must be a day or time');
    },
  );

  test('metadata is a flat JSON object', () => {
    const metadata = { metadata: json('--metadata <json>', '') };
    const faults = (typed: string) =>
      faultsOf(() => readInput(updateUserInput, metadata, { metadata: typed }, { user: 'jane' }));
    expect(faults('{a: 1}')).toEqual([
      `--metadata: must be JSON such as '{"company_size": "10-50"}'`,
    ]);
    expect(faults('{"a": {"b": "c"}}')).toEqual([
      '--metadata.a: Invalid input: expected string, received object',
    ]);
    expect(faults('[]')).toEqual(['--metadata: Invalid input: expected record, received array']);
  });

  test('a positional is told by its name', () => {
    expect(faultsOf(() => readInput(updateUserInput, {}, {}, { user: ' ' }))).toEqual([
      '<user>: Too small: expected string to have >=1 characters',
    ]);
  });
});
