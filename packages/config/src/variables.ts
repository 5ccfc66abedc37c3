import { isIP } from 'node:net';
import { z } from 'zod';

import { Secret } from './secret.ts';

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const isUnit = (text: string): text is keyof typeof secondsIn => Object.hasOwn(secondsIn, text);

/** A TCP port; 0 lets the system choose one. */
export function port() {
  return integer({ min: 0, max: 65_535 }, 'must be a port, 0 to 65535');
}

/** A whole number within bounds, both of them allowed. */
export function integer(
  { min, max }: { min: number; max: number },
  message = `must be a whole number, ${min} to ${max}`,
) {
  return z
    .string({ error: message })
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
}

/** `true`, `false`, `1` or `0`. */
export function boolean() {
  return z
    .enum(['true', 'false', '1', '0'], { error: 'must be true, false, 1 or 0' })
    .transform((text) => text === 'true' || text === '1');
}

/** An address with one of the given schemes, such as `['http', 'https']`. */
export function url(schemes: readonly string[]) {
  const message = `must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  return z.string({ error: message }).refine((text) => isUrl(text, schemes), message);
}

/** A time span such as `30s`, `15m`, `1h` or `7d`, as seconds. */
export function durationSeconds() {
  const message = 'must be a number with s, m, h or d behind it, such as 30s, 15m or 1h';
  return z.string({ error: message }).transform((text, context) => {
    const [, amount = '', unit = ''] = /^([1-9]\d{0,8})([smhd])$/.exec(text) ?? [];
    if (isUnit(unit)) return Number(amount) * secondsIn[unit];
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** Networks such as `10.0.0.0/8,fd00::/8`; a lone address stands for itself. */
export function cidrList() {
  const message = 'must be networks with commas between them, such as 10.0.0.0/8,fd00::/8';
  return z
    .string({ error: message })
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((parts) => parts.every(isCidr), message);
}

/** A secret of at least `charsMin` characters. */
export function secret({ charsMin = 1 }: { charsMin?: number } = {}) {
  const message = charsMin > 1 ? `must have at least ${charsMin} characters` : 'must be text';
  return z
    .string({ error: message })
    .min(charsMin, message)
    .transform((text) => new Secret(text));
}

function isUrl(text: string, schemes: readonly string[]): boolean {
  return URL.canParse(text) && schemes.some((scheme) => new URL(text).protocol === `${scheme}:`);
}

function isCidr(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const bitsMax = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (bits === undefined) return bitsMax > 0;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax;
}
