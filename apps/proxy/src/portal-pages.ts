import type { Exchange } from './exchange.ts';
import type { RequestHead } from './request-head.ts';

const method = /^[!#$%&'*+.^_`|~\w-]{1,32}$/;
const names = /^[!#$%&'*+.^_`|~\w\-, ]{0,4096}$/;
/** For how long a browser may remember a permission. */
const rememberSeconds = 600;

/** Whether a browser asks for a page what it may send (the CORS protocol of the Fetch standard). */
export function isPreflight({ method: asks, fields, hasBody }: RequestHead): boolean {
  return (
    asks === 'OPTIONS' &&
    !hasBody &&
    method.test(fields.valueOf('access-control-request-method') ?? '')
  );
}

/** What a page of the portal may send: what it asks for. No cookies travel, so a key is the only credential. */
export function preflightLines({ origin, fields }: RequestHead): string {
  const asked = fields.valueOf('access-control-request-headers') ?? '';
  return (
    `Access-Control-Allow-Origin: ${origin}\r\n` +
    `Access-Control-Allow-Methods: ${fields.valueOf('access-control-request-method')}\r\n` +
    (asked !== '' && names.test(asked) ? `Access-Control-Allow-Headers: ${asked}\r\n` : '') +
    `Access-Control-Max-Age: ${rememberSeconds}\r\nVary: Origin\r\n`
  );
}

/** Lets a page of the portal read the answer, and all of its fields. */
export function pageLinesOf({ isFromPortal, head }: Exchange): string {
  if (!isFromPortal) return '';
  return `Access-Control-Allow-Origin: ${head.origin}\r\nAccess-Control-Expose-Headers: *\r\nVary: Origin\r\n`;
}
