import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  email,
  id,
  limit,
  limitMax,
  lineOfText,
  metadata,
  metadataEntriesMax,
  metadataKeyCharsMax,
  metadataValueCharsMax,
  pageInput,
  ref,
  searchText,
  slug,
} from './primitives.ts';
import { looksLikeId } from './without-schema.ts';

function accepts(schema: { safeParse: (value: unknown) => { success: boolean } }, value: unknown) {
  return schema.safeParse(value).success;
}

test.each([null, -1, '-1', 'unlimited'])('reads %j as no limit', (value) => {
  expect(limit.parse(value)).toBeNull();
});

test('keeps every positive whole number up to the largest limit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: limitMax }), (value) => limit.parse(value) === value),
  );
});

test.each([0, -0])('refuses %j as a limit with a sentence that names 0', (value) => {
  const { error } = limit.safeParse(value);
  expect(error?.issues.map(({ message }) => message)).toEqual([
    '0 is not a limit: use null, -1 or "unlimited" for no limit',
  ]);
});

test('refuses every other number below one, fraction, text and object as a limit', () => {
  const wrong = fc.oneof(
    fc.integer({ max: -2 }),
    fc.double({ noInteger: true }),
    fc.string().filter((text) => text !== '-1' && text !== 'unlimited'),
    fc.constantFrom(limitMax + 1, Number.NaN, Infinity, true, [], {}, [60], 60n),
  );
  fc.assert(fc.property(wrong, (value) => !accepts(limit, value)));
});

test('takes a default where a limit is left out, and null where it is null', () => {
  const withDefault = limit.default(60);
  expect(withDefault.parse(undefined)).toBe(60);
  expect(withDefault.parse(null)).toBeNull();
});

test.each([
  ['Jane@Example.COM', 'jane@example.com'],
  ['  jane+tag@sub.example.co.uk ', 'jane+tag@sub.example.co.uk'],
])('reads the address %j as %j', (given, kept) => {
  expect(email.parse(given)).toBe(kept);
});

test.each([
  '',
  'jane',
  'jane@',
  '@example.com',
  'jane@example',
  'jane doe@example.com',
  'jane@example.com, eve@example.com',
  'jane@example.com\nbcc: eve@example.com',
  'jane@exa\0mple.com',
  'Jane <jane@example.com>',
  `${'j'.repeat(250)}@example.com`,
  ['jane@example.com'],
  { $ne: 1 },
])('refuses the address %j', (given) => {
  expect(accepts(email, given)).toBe(false);
});

test('keeps two spellings of one address the same', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (address) => {
      const lower = email.safeParse(address.toLowerCase());
      const upper = email.safeParse(address.toUpperCase());
      return lower.success === upper.success && lower.data === upper.data;
    }),
  );
});

test('accepts metadata up to its bounds', () => {
  const entries = Array.from({ length: metadataEntriesMax }, (_, at) => [
    `k${at}`.padEnd(metadataKeyCharsMax, 'x'),
    'é'.repeat(metadataValueCharsMax),
  ]);
  const given = Object.fromEntries(entries);
  expect(metadata.parse(given)).toEqual(given);
  expect(metadata.parse({})).toEqual({});
  expect(metadata.parse({ valueOf: 'x', toString: '' })).toEqual({ valueOf: 'x', toString: '' });
});

test.each([
  ['one entry too many', Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`k${at}`, '']))],
  ['a key too long', { ['k'.repeat(65)]: '' }],
  ['a value too long', { k: 'x'.repeat(513) }],
  ['an empty key', { '': 'x' }],
  ['a key that no header name can hold', { 'company size': 'x' }],
  ['a key that ends the header', { 'k:\r\n': 'x' }],
  ['a nested object', { k: { a: 'x' } }],
  ['a number', { k: 1 }],
  ['an array', ['x']],
  ['a NUL', { k: 'a\0b' }],
  ['half a character', { k: '\ud800' }],
  ['keys that become one header', { company_size: '1', 'Company-Size': '2' }],
])('refuses metadata with %s', (_, given) => {
  expect(accepts(metadata, given)).toBe(false);
});

test.each(['constructor', 'prototype'])('takes no metadata under %s', (key) => {
  expect(accepts(metadata, Object.fromEntries([[key, 'x']]))).toBe(false);
});

test('never lets metadata touch a prototype', () => {
  const given: unknown = JSON.parse('{"__proto__":{"isAdmin":"yes"},"a":"b"}');
  const parsed = metadata.safeParse(given);
  expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  if (parsed.success) expect(Reflect.get(parsed.data, 'isAdmin')).toBeUndefined();
});

test('takes ids for ids, in any case, and nothing else', () => {
  fc.assert(fc.property(fc.uuid(), (uuid) => looksLikeId(uuid) && looksLikeId(uuid.toUpperCase())));
  expect(['', 'x', '0192', '{01923456-789a-7bcd-8ef0-123456789abc}'].filter(looksLikeId)).toEqual(
    [],
  );
  expect(accepts(id, ['01923456-789a-7bcd-8ef0-123456789abc'])).toBe(false);
});

test('what looks like an id is what is taken for one', () => {
  const hex = fc.constantFrom(...'0123456789abcdefABCDEF-'.split(''));
  const near = fc.string({ unit: hex, minLength: 35, maxLength: 37 });
  const nearly = fc
    .tuple(fc.uuid(), fc.nat(35), hex)
    .map(([uuid, at, char]) => uuid.slice(0, at) + char + uuid.slice(at + 1));
  const ends = fc.constantFrom(
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  );
  fc.assert(
    fc.property(fc.oneof(near, nearly, ends), (text) => looksLikeId(text) === accepts(id, text)),
    { numRuns: 2_000 },
  );
});

test.each([
  ['a name', ref],
  ['a search', searchText],
  ['a line of text', lineOfText(100)],
])('refuses empty text and control characters in %s', (_, schema) => {
  for (const value of ['', '   ', 'a\0', 'a\nb', 'a\u009fb', '\t'])
    expect(accepts(schema, value)).toBe(false);
  expect(schema.parse('  Zoë 漢字 🙂 ')).toBe('Zoë 漢字 🙂');
});

test.each(['pro', 'pro-2', '0', 'a'.repeat(64)])('accepts the slug %j', (value) => {
  expect(slug.parse(value)).toBe(value);
});

test.each(['', 'Pro', '-pro', 'pro-', 'pro--2', 'pro_2', 'prö', 'a'.repeat(65), '../pro'])(
  'refuses the slug %j',
  (value) => {
    expect(accepts(slug, value)).toBe(false);
  },
);

test('gives pages of 50 unless told, of 200 at most, and refuses unknown fields', () => {
  expect(pageInput.parse({})).toEqual({ limit: 50 });
  expect(accepts(pageInput, { limit: 200 })).toBe(true);
  for (const wrong of [
    { limit: 0 },
    { limit: 201 },
    { limit: '10' },
    { limit: 1.5 },
    { cursor: 'x' },
    { offset: 1 },
  ])
    expect(accepts(pageInput, wrong)).toBe(false);
});

test.each(['x\udfff', '\ud800', 'a\nb', 'a\0'])('a line of text is not %j', (value) => {
  expect(lineOfText(10).safeParse(value).success).toBe(false);
  expect(ref.safeParse(value).success).toBe(false);
});
