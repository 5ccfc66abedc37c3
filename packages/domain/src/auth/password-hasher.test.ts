import { expect, test } from 'vitest';
import { PasswordHasher } from './password-hasher.ts';

const pepper = Buffer.from('a pepper of more than 32 characters');
const hasher = new PasswordHasher({ cost: 4, pepper });

test('knows a password again and no other', async () => {
  const hash = await hasher.hash('correct horse');
  expect(hash).toMatch(/^\$2[aby]\$04\$/);
  expect(await hasher.verify('correct horse', hash)).toBe(true);
  expect(await hasher.verify('correct horsf', hash)).toBe(false);
  expect(await hasher.verify('', hash)).toBe(false);
});

test.each([
  ['72 bytes', 'x'.repeat(72), 'y'],
  ['128 characters', 'x'.repeat(127), 'y'],
  ['256 characters of three bytes', '漢'.repeat(255), '字'],
  ['a NUL', 'before\0after', 'x'],
])('ignores nothing past %s', async (_, start, end) => {
  const hash = await hasher.hash(start + end);
  expect(await hasher.verify(start + end, hash)).toBe(true);
  expect(await hasher.verify(start, hash)).toBe(false);
  expect(await hasher.verify(`${start}other`, hash)).toBe(false);
});

test('takes two spellings of one character for the same', async () => {
  const hash = await hasher.hash('caf\u00e9 password');
  expect(await hasher.verify('cafe\u0301 password', hash)).toBe(true);
});

test('knows no password under another pepper', async () => {
  const other = new PasswordHasher({ cost: 4, pepper: Buffer.from('another pepper') });
  expect(await other.verify('correct horse', await hasher.hash('correct horse'))).toBe(false);
});

test('takes no password for right where there is no hash', async () => {
  expect(await hasher.verify('decoy', null)).toBe(false);
  expect(await hasher.verify('', null)).toBe(false);
});

test('tells a hash that is weaker than asked for', async () => {
  const stronger = new PasswordHasher({ cost: 5, pepper });
  expect(stronger.isWeaker(await hasher.hash('x'))).toBe(true);
  expect(stronger.isWeaker(await stronger.hash('x'))).toBe(false);
  expect(hasher.isWeaker(await stronger.hash('x'))).toBe(false);
});

test('takes 42 at once and refuses the 43rd, then takes more as places come free', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 43 }, () => hasher.hash('password')),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(42);
  expect(results.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'overloaded' } });
  // Every place is free again, no more and no fewer.
  const again = await Promise.allSettled(Array.from({ length: 43 }, () => hasher.hash('password')));
  expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(42);
});

test('keeps a place free after a hash that cannot be compared with', async () => {
  for (let run = 0; run < 3; run += 1) expect(await hasher.verify('x', 'no hash')).toBe(false);
  expect(await hasher.verify('x', await hasher.hash('x'))).toBe(true);
});
