import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSecret, sealSecret } from './secret-box.ts';

const key = Buffer.from('a master key of more than 32 characters');

test('opens what it sealed, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (plain) => {
      const sealed = sealSecret(key, 'purpose', plain);
      expect(openSecret(key, 'purpose', sealed)).toBe(plain);
      if (plain.length > 8) expect(sealed).not.toContain(plain);
    }),
  );
});

test('never seals the same text the same way', () => {
  expect(sealSecret(key, 'purpose', 'text')).not.toBe(sealSecret(key, 'purpose', 'text'));
});

test('opens nothing that was altered in any bit', () => {
  const sealed = sealSecret(key, 'purpose', 'the header of an upstream');
  const bytes = Buffer.from(sealed.slice('v1.'.length), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const altered = Buffer.from(bytes);
    altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(() => openSecret(key, 'purpose', `v1.${altered.toString('base64url')}`)).toThrow();
  }
});

test.each(['', 'v1', 'v1.', 'v1.AAAA', 'v2.AAAA', 'plain text'])('does not open %j', (sealed) => {
  expect(() => openSecret(key, 'purpose', sealed)).toThrow();
});

test('does not open a secret for another purpose or with another key', () => {
  const sealed = sealSecret(key, 'purpose', 'text');
  expect(() => openSecret(key, 'another', sealed)).toThrow();
  expect(() => openSecret(Buffer.from('another key'), 'purpose', sealed)).toThrow();
});

test('does not open a secret whose tag was cut short', () => {
  const bytes = Buffer.from(sealSecret(key, 'purpose', '').slice(3), 'base64url');
  for (let length = 0; length < bytes.length; length += 1) {
    const cut = `v1.${bytes.subarray(0, length).toString('base64url')}`;
    expect(() => openSecret(key, 'purpose', cut)).toThrow();
  }
});
