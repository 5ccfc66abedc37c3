import type { RefusalCode } from '@apigate/contract';
import { RequestHead } from '../request-head.ts';
import { AnswerHead } from './answer-head.ts';
import {
  cr,
  dash,
  isFieldByte,
  isMethodByte,
  isVisibleByte,
  lf,
  space,
  underscore,
  zero,
} from './characters.ts';
import { parseFields } from './parse-fields.ts';

export const requestHeadBytesMax = 16 * 1024;
export const answerHeadBytesMax = 64 * 1024;
const urlBytesMax = 8 * 1024;
const requestFieldsMax = 100;
const answerFieldsMax = 1_000;

/**
 * Whether the beginning of a head shows already that it cannot become a good one: by control characters, a CR without
 * its LF or a LF without its CR.
 *
 * @param looked how much of it was looked at before.
 */
export function hasStrayBytes(text: string, looked = 0): boolean {
  let previous = looked === 0 ? 0 : text.charCodeAt(looked - 1);
  for (let at = looked; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code === lf) !== (previous === cr)) return true;
    if (isFieldByte[code] !== 1 && code !== cr && code !== lf) return true;
    previous = code;
  }
  return false;
}

/** What stands from `at` on. */
export function bytesFrom(bytes: Buffer, at: number): Buffer {
  return at === 0 ? bytes : bytes.subarray(at);
}

/**
 * Reads the head of a request.
 *
 * @param text from the first byte of the request line to the end of the empty line, a character for each byte.
 * @param bytes begin with the text.
 * @returns the head, or why there is none.
 */
export function parseRequestHead(
  text: string,
  bytes: Uint8Array = Buffer.from(text, 'latin1'),
): RequestHead | RefusalCode {
  let at = 0;
  while (isMethodByte[bytes[at] ?? 0] === 1) at += 1;
  if (at === 0 || bytes[at] !== space || bytes[0] === dash || bytes[0] === underscore) {
    return 'bad_request';
  }
  const method = text.slice(0, at);
  const urlStart = at + 1;
  at = urlStart;
  while (isVisibleByte[bytes[at] ?? 0] === 1) at += 1;
  if (at - urlStart > urlBytesMax) return 'uri_too_long';
  if (at === urlStart || bytes[at] !== space) return 'bad_request';
  const url = text.slice(urlStart, at);
  const isHttp11 = text.startsWith('HTTP/1.1\r\n', at + 1);
  if (!isHttp11 && !text.startsWith('HTTP/1.0\r\n', at + 1)) return 'bad_request';
  const fields = parseFields(text, bytes, at + 11, requestFieldsMax);
  if (fields === 'too_many') return 'headers_too_large';
  if (fields === 'malformed') return 'bad_request';
  const head = new RequestHead(method, url, isHttp11, fields);
  return head.isWellFramed ? head : 'bad_request';
}

/** "HTTP/1.1 200" */
const statusLineChars = 12;

/** The three digits of the status in a line; -1 when it does not begin as a status line does. */
function statusIn(text: string, bytes: Uint8Array): number {
  if (!text.startsWith('HTTP/1.1 ') && !text.startsWith('HTTP/1.0 ')) return -1;
  let status = 0;
  for (let at = 9; at < statusLineChars; at += 1) {
    const digit = (bytes[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return -1;
    status = status * 10 + digit;
  }
  return status < 100 ? -1 : status;
}

/**
 * Reads the head of an answer.
 *
 * @param text from the first byte of the status line to the end of the empty line, a character for each byte.
 * @param bytes begin with the text.
 * @param isForHead whether it answers a HEAD request, and so has no body whatever it says.
 * @returns null when it is not one.
 */
export function parseAnswerHead(
  text: string,
  isForHead: boolean,
  bytes: Uint8Array = Buffer.from(text, 'latin1'),
): AnswerHead | null {
  const status = statusIn(text, bytes);
  if (status === -1) return null;
  // The reason may be missing together with the space before it.
  const hasReason = bytes[statusLineChars] === space;
  const reasonStart = hasReason ? statusLineChars + 1 : statusLineChars;
  let at = reasonStart;
  if (hasReason) while (isFieldByte[bytes[at] ?? 0] === 1) at += 1;
  if (bytes[at] !== cr || bytes[at + 1] !== lf) return null;
  const fields = parseFields(text, bytes, at + 2, answerFieldsMax);
  if (typeof fields === 'string') return null;
  const isHttp11 = bytes[7] !== zero;
  const line =
    isHttp11 && hasReason
      ? text.slice(0, at + 2)
      : `HTTP/1.1 ${status} ${text.slice(reasonStart, at)}\r\n`;
  const head = new AnswerHead(isHttp11, status, line, fields, isForHead);
  return head.isWellFramed ? head : null;
}
