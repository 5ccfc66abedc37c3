import { randomFillSync } from 'node:crypto';
import { inOnePiece } from '@apigate/domain/gateway';
import { dash } from './http/characters.ts';

/** The random end of an id: `xxx-yxxx-xxxxxxxxxxxx`. */
const endChars = 21;
/** As long as an id is in use, its pool stays in memory. */
const idsPerPool = 128;
const bytesPerPool = (endChars * idsPerPool) / 2;
/** The first digit of the fourth group is one of these. */
const variants = Buffer.from('89ab', 'latin1');

/** For several pools, because asking for random bytes takes as long as making a pool of them. */
const random = Buffer.alloc(16 * bytesPerPool);
const digits = Buffer.alloc(endChars * idsPerPool);
let randomAt = random.length;
let pool = '';
let poolAt = 0;
let prefixMs = -1;
let prefix = '';

/** The ends of many ids, one behind the other. */
function newPool(): string {
  if (randomAt === random.length) {
    randomFillSync(random);
    randomAt = 0;
  }
  const from = randomAt;
  randomAt += bytesPerPool;
  digits.write(random.toString('hex', from, randomAt), 'latin1');
  for (let at = 0; at < digits.length; at += endChars) {
    digits[at + 3] = dash;
    digits[at + 4] = variants[(digits[at + 4] ?? 0) & 3] ?? 0;
    digits[at + 8] = dash;
  }
  return digits.toString('latin1');
}

/**
 * A new request id: a UUIDv7, as {@link https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7} has it. Random
 * digits are made for many at a time, which costs a tenth of what one at a time does, and an id is put together of two
 * parts only, because it is written several times.
 */
export function newRequestId(nowMs: number): string {
  if (nowMs !== prefixMs) {
    const time = nowMs.toString(16).padStart(12, '0');
    prefixMs = nowMs;
    prefix = inOnePiece(`${time.slice(0, 8)}-${time.slice(8)}-7`);
  }
  if (poolAt === pool.length) {
    pool = newPool();
    poolAt = 0;
  }
  const at = poolAt;
  poolAt += endChars;
  return prefix + pool.slice(at, poolAt);
}
