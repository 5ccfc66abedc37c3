import { colon, cr, isFieldByte, isTokenByte, lf, space, tab } from './characters.ts';
import { Fields } from './field-names.ts';

/** What is wrong with the fields of a message. */
export type FieldsFault = 'malformed' | 'too_many';

function isBlank(code: number): boolean {
  return code === space || code === tab;
}

/**
 * Reads the lines of fields from `at` to the empty line, which must be the end of `text`. Nothing is repaired: a line
 * ends with CR LF, a name is a token with the colon right behind it, a value holds no control characters, and no line
 * goes on in the next one (RFC 9112 §5).
 *
 * @param bytes begin with the text; looking at a byte takes half the time of looking at a character.
 */
export function parseFields(
  text: string,
  bytes: Uint8Array,
  at: number,
  fieldsMax: number,
): Fields | FieldsFault {
  const fields = new Fields(text);
  let start = at;
  for (;;) {
    let end = start;
    let code = bytes[end] ?? 0;
    let hash = 0;
    while (isTokenByte[code] === 1) {
      hash = (Math.imul(hash, 33) + code) | 0;
      end += 1;
      code = bytes[end] ?? 0;
    }
    if (end === start) break;
    if (code !== colon) return 'malformed';
    const nameEnd = end;
    end += 1;
    while (isBlank(bytes[end] ?? 0)) end += 1;
    const valueStart = end;
    while (isFieldByte[bytes[end] ?? 0] === 1) end += 1;
    if (bytes[end] !== cr || bytes[end + 1] !== lf) return 'malformed';
    let valueEnd = end;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1] ?? 0)) valueEnd -= 1;
    if (fields.size === fieldsMax) return 'too_many';
    fields.add(start, nameEnd, hash, valueStart, valueEnd);
    start = end + 2;
  }
  const isEnd = bytes[start] === cr && bytes[start + 1] === lf && text.length === start + 2;
  return isEnd ? fields : 'malformed';
}
