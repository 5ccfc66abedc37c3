import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  digestApiKey,
  generateApiKey,
  isWellFormedApiKey,
  visiblePartsOfApiKey,
} from './api-key-format.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

test('makes keys of a prefix and 38 base62 characters, no two alike', () => {
  const keys = Array.from({ length: 500 }, () => generateApiKey('ak'));
  for (const key of keys) {
    expect(key).toMatch(/^ak_[0-9A-Za-z]{38}$/);
    expect(isWellFormedApiKey(key)).toBe(true);
  }
  expect(new Set(keys).size).toBe(keys.length);
});

test('knows the checksum of a key that was made elsewhere', () => {
  // CRC-32 of 32 zeros is 2700251856, as any other implementation has it; in base62 2wjyrI.
  expect(isWellFormedApiKey(`ak_${'0'.repeat(32)}2wjyrI`)).toBe(true);
  expect(isWellFormedApiKey(`sk_${'0'.repeat(32)}2wjyrI`)).toBe(true);
  expect(isWellFormedApiKey(`ak_${'0'.repeat(32)}2wjyrJ`)).toBe(false);
});

test('detects every change of a single character', () => {
  const place = fc.integer({ min: 3, max: 40 });
  fc.assert(
    fc.property(fc.noShrink(fc.constant(null)), place, (_, at) => {
      const key = generateApiKey('ak');
      return alphabet
        .split('')
        .filter((char) => char !== key[at])
        .every((char) => !isWellFormedApiKey(key.slice(0, at) + char + key.slice(at + 1)));
    }),
    { numRuns: 200 },
  );
});

test('detects every exchange of two neighbours', () => {
  for (let run = 0; run < 50; run += 1) {
    const key = generateApiKey('ak');
    for (let at = 3; at < key.length - 1; at += 1) {
      if (key[at] === key[at + 1]) continue;
      const swapped = key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2);
      expect(isWellFormedApiKey(swapped)).toBe(false);
    }
  }
});

test('takes nothing for a key that is none', () => {
  const key = generateApiKey('ak');
  const wrong = [
    '',
    'ak',
    'ak_',
    key.slice(0, -1),
    `${key}0`,
    ` ${key}`,
    `${key}\n`,
    key.replace('_', '-'),
    key.toUpperCase(),
    `toolongprefix${key.slice(2)}`,
    `1k${key.slice(2)}`,
  ];
  expect(wrong.filter(isWellFormedApiKey)).toEqual([]);
  fc.assert(fc.property(fc.string(), (text) => !isWellFormedApiKey(text)));
});

test('digests by the pepper, and shows no more than four characters at each end', () => {
  const key = generateApiKey('live');
  const digest = digestApiKey(key, Buffer.from('one'));
  expect(digest).toMatch(/^[\w-]{43}$/);
  expect(digestApiKey(key, Buffer.from('one'))).toBe(digest);
  expect(digestApiKey(key, Buffer.from('other'))).not.toBe(digest);
  expect(visiblePartsOfApiKey(key)).toEqual({
    prefix: key.slice(0, 'live_'.length + 4),
    lastFour: key.slice(-4),
  });
});
