import { Refusal } from '../refusal.ts';

const plain = /^(?:\/[A-Za-z0-9_~$&'()*+,=:@!-][A-Za-z0-9._~$&'()*+,=:@!-]*)*\/?$/;
const escape = /%([0-9A-Fa-f]{2})?/g;
const unreserved = /[A-Za-z0-9._~-]/;
const visible = /^[\x21-\x7e]+$/;
const dotSegment = /\/\.{1,2}(?:;[^/]*)?(?=\/|$)/;

function refused(what: string): Refusal {
  return new Refusal('bad_request', { detail: `The path of the request ${what}.` });
}

/**
 * The one form of a path, in which it is matched and forwarded: escapes of unreserved characters resolved, the others
 * in upper case (RFC 3986 §6.2.2). What servers read in more than one way is refused, not repaired: dot segments
 * (escaped, or with a parameter as in `/..;x/`), empty segments, backslashes, escaped slashes, escaped control
 * characters, broken escapes, anything but visible ASCII.
 */
export function normalisePath(path: string): string | Refusal {
  if (plain.test(path)) return path;
  if (!visible.test(path) || path.includes('#')) return refused('may hold visible ASCII only');
  let problem: string | null = null;
  const normal = path.replaceAll(escape, (text: string, hex: string | undefined) => {
    if (hex === undefined) {
      problem = 'holds a % that is not followed by two hexadecimal digits';
      return text;
    }
    const code = Number.parseInt(hex, 16);
    const character = String.fromCharCode(code);
    if (code < 0x20 || code === 0x7f) problem = 'holds an escaped control character';
    if (character === '/' || character === '\\') problem = 'holds an escaped slash';
    return unreserved.test(character) ? character : text.toUpperCase();
  });
  if (problem !== null) return refused(problem);
  if (normal.includes('\\')) return refused('holds a backslash');
  if (normal.includes('//')) return refused('holds an empty segment');
  if (dotSegment.test(normal)) return refused('holds a . or .. segment');
  return normal;
}
