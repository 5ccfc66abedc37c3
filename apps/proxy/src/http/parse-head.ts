import type { RefusalCode } from '@apigate/contract';
import { RequestHead } from '../request-head.ts';
import { AnswerHead } from './answer-head.ts';
import { cr, isFieldByte, isTokenByte, isVisibleByte, lf, space } from './characters.ts';
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

const methodForm = /^[A-Z][A-Z_-]*$/;

/**
 * Reads the head of a request.
 *
 * @param text from the first byte of the request line to the end of the empty line, a character for each byte.
 * @returns the head, or why there is none.
 */
export function parseRequestHead(text: string): RequestHead | RefusalCode {
  let at = 0;
  while (isTokenByte[text.charCodeAt(at)] === 1) at += 1;
  if (at === 0 || text.charCodeAt(at) !== space) return 'bad_request';
  const method = text.slice(0, at);
  // Methods are case-sensitive, and some servers take `get` for GET all the same.
  if (!methodForm.test(method)) return 'bad_request';
  const urlStart = at + 1;
  at = urlStart;
  while (isVisibleByte[text.charCodeAt(at)] === 1) at += 1;
  if (at - urlStart > urlBytesMax) return 'uri_too_long';
  if (at === urlStart || text.charCodeAt(at) !== space) return 'bad_request';
  const url = text.slice(urlStart, at);
  const isHttp11 = text.startsWith('HTTP/1.1\r\n', at + 1);
  if (!isHttp11 && !text.startsWith('HTTP/1.0\r\n', at + 1)) return 'bad_request';
  const fields = parseFields(text, at + 11, requestFieldsMax);
  if (fields === 'too_many') return 'headers_too_large';
  if (fields === 'malformed') return 'bad_request';
  const head = new RequestHead(method, url, isHttp11, fields);
  return head.isWellFramed ? head : 'bad_request';
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |\r)/;

/**
 * Reads the head of an answer.
 *
 * @param text from the first byte of the status line to the end of the empty line, a character for each byte.
 * @param isForHead whether it answers a HEAD request, and so has no body whatever it says.
 * @returns null when it is not one.
 */
export function parseAnswerHead(text: string, isForHead: boolean): AnswerHead | null {
  const found = statusLine.exec(text);
  if (found === null) return null;
  // "HTTP/1.1 200" is 12 characters long; the reason may be missing together with the space before it.
  const reasonStart = text.charCodeAt(12) === space ? 13 : 12;
  let at = reasonStart;
  while (isFieldByte[text.charCodeAt(at)] === 1) at += 1;
  if (text.charCodeAt(at) !== cr || text.charCodeAt(at + 1) !== lf) return null;
  const fields = parseFields(text, at + 2, answerFieldsMax);
  if (typeof fields === 'string') return null;
  const head = new AnswerHead(
    found[1] === '1',
    Number(found[2]),
    text.slice(reasonStart, at),
    fields,
    isForHead,
  );
  return head.isWellFramed ? head : null;
}
