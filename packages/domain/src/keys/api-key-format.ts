import { wholeKey } from '@apigate/contract';
import { createHmac, randomInt, type KeyObject } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomChars = 32;
const checksumChars = 6;

/** What service keys start with, before the underscore. */
export const serviceKeyPrefix = 'sk';

/** What each byte does to a CRC-32 (reflected, polynomial 0xedb88320). */
const crcSteps = Int32Array.from({ length: 256 }, (_, byte) => {
  let step = byte;
  for (let bit = 0; bit < 8; bit += 1) step = step & 1 ? (step >>> 1) ^ 0xedb8_8320 : step >>> 1;
  return step;
});

/** The CRC-32 of `chars` ASCII characters; to hand so few of them to zlib takes five times as long. */
function crc32(text: string, from: number, chars: number): number {
  let crc = -1;
  for (let at = from; at < from + chars; at += 1) {
    crc = (crcSteps[(crc ^ text.charCodeAt(at)) & 0xff] ?? 0) ^ (crc >>> 8);
  }
  return (crc ^ -1) >>> 0;
}

function checksumOf(random: string): string {
  let rest = crc32(random, 0, random.length);
  let text = '';
  for (let place = 0; place < checksumChars; place += 1) {
    text = alphabet.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/**
 * A new secret: `prefix_`, 32 random base62 characters (190 bits), 6 base62 characters of the CRC-32 of these. The
 * scheme is GitHub's: a checksum lets scanners and the proxy tell a key from noise without any look-up.
 */
export function generateApiKey(prefix: string): string {
  let random = '';
  for (let at = 0; at < randomChars; at += 1) random += alphabet.charAt(randomInt(62));
  return `${prefix}_${random}${checksumOf(random)}`;
}

/** Whether `secret` has the form of a key of any prefix, checksum included. */
export function isWellFormedApiKey(secret: string): boolean {
  if (!wholeKey.test(secret)) return false;
  const checksumAt = secret.length - checksumChars;
  let rest = crc32(secret, checksumAt - randomChars, randomChars);
  for (let at = secret.length - 1; at >= checksumAt; at -= 1) {
    if (secret.charCodeAt(at) !== alphabet.charCodeAt(rest % 62)) return false;
    rest = Math.floor(rest / 62);
  }
  return true;
}

/**
 * What is stored instead of the secret: HMAC-SHA-256 under the pepper, base64url.
 *
 * @param pepper as a `KeyObject` where it is used often: from bytes, Node makes one at each call, for 4 times the time.
 */
export function digestApiKey(secret: string, pepper: Buffer | KeyObject): string {
  return createHmac('sha256', pepper).update(secret).digest('base64url');
}

/** What stays visible of a secret: prefix with four characters, and the last four. */
export function visiblePartsOfApiKey(secret: string): { prefix: string; lastFour: string } {
  return { prefix: secret.slice(0, secret.indexOf('_') + 5), lastFour: secret.slice(-4) };
}
