import { hash } from 'node:crypto';

/** Words of an identity: what kind of counter it is, and twice 128 bits of whose. */
export const identityWords = 9;

const uuidChars = 36;
const colon = 58;
const hyphen = 45;
/** Tags of buckets are less than this, those of accounts are dates such as 20261101. */
const accountTagMin = 1 << 24;
const isDigest = 1 << 30;
const notADigit = 16;
const digits = new Uint8Array(128).fill(notADigit);
for (let value = 0; value < 16; value += 1) digits[value.toString(16).charCodeAt(0)] = value;

/**
 * Writes the identity of a bucket at `at`. Its id is a letter, a colon and one or two UUIDs with a colon between them; of
 * any other text the SHA-256 takes their place.
 */
export function writeBucketIdentity(words: Int32Array, at: number, id: string): void {
  const letter = id.charCodeAt(0);
  const isPair = id.length === 2 + uuidChars + 1 + uuidChars;
  if (
    id.charCodeAt(1) === colon &&
    (isPair || id.length === 2 + uuidChars) &&
    writeUuid(words, at + 1, id, 2) &&
    (!isPair || (id.charCodeAt(38) === colon && writeUuid(words, at + 5, id, 39)))
  ) {
    words[at] = letter;
    if (!isPair) clear(words, at + 5);
    return;
  }
  words[at] = letter | isDigest;
  writeDigest(words, at + 1, id);
}

/** Writes the identity of a user's account in the period that begins on `periodStart`, such as `2026-11-01`. */
export function writeAccountIdentity(
  words: Int32Array,
  at: number,
  userId: string,
  periodStart: string,
): void {
  const period = dateNumber(periodStart);
  if (userId.length === uuidChars && writeUuid(words, at + 1, userId, 0)) {
    words[at] = period;
    clear(words, at + 5);
    return;
  }
  words[at] = period | isDigest;
  writeDigest(words, at + 1, userId);
}

/** The period of an account's tag; 0 for that of a bucket. */
export function periodOfTag(tag: number): number {
  const plain = tag & ~isDigest;
  return plain < accountTagMin ? 0 : plain;
}

/** Four words; `fill` costs more than it does. */
function clear(words: Int32Array, at: number): void {
  words[at] = 0;
  words[at + 1] = 0;
  words[at + 2] = 0;
  words[at + 3] = 0;
}

/** `2026-11-01` as 20261101. */
function dateNumber(date: string): number {
  let number = 0;
  for (let at = 0; at < date.length; at += 1) {
    const digit = date.charCodeAt(at) - 48;
    if (digit >= 0) number = number * 10 + digit;
  }
  return number;
}

/** @returns false when there is no lower-case UUID at `from`. */
function writeUuid(words: Int32Array, at: number, text: string, from: number): boolean {
  let word = 0;
  // Grows past 15 with the first character that is out of place.
  let bad = 0;
  let to = at;
  for (let index = from; index < from + uuidChars; index += 1) {
    const code = text.charCodeAt(index);
    const place = index - from;
    if (place === 8 || place === 13 || place === 18 || place === 23) {
      bad |= (code ^ hyphen) << 4;
      if (place !== 13 && place !== 23) words[to++] = word;
      continue;
    }
    const digit = digits[code & 127] ?? notADigit;
    bad |= digit | (code & ~127);
    word = (word << 4) | digit;
    if (place === 27) words[to++] = word;
  }
  words[to] = word;
  return bad < 16;
}

function writeDigest(words: Int32Array, at: number, text: string): void {
  const digest = hash('sha256', text, 'buffer');
  for (let index = 0; index < 8; index += 1) words[at + index] = digest.readInt32LE(index * 4);
}
