import { linesOf } from './headers.ts';
import { httpDate } from './http/date.ts';
import { headersOf, problemOf, type Refusal } from '@apigate/domain/gateway';

/** What goes with a refusal. */
export interface RefusalRest {
  requestId: string;
  /** Lines of fields, each with its end. */
  ours: string;
  /** Whether the connection is closed behind it. */
  isLast: boolean;
  /** An answer to HEAD has no body. */
  isForHead: boolean;
}

const notAscii = /[\u0080-\uffff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A refusal as it goes over the wire, a character for each byte. */
export function refusalText(
  refusal: Refusal,
  { requestId, ours, isLast, isForHead }: RefusalRest,
): string {
  const problem = problemOf(refusal, requestId);
  const body = JSON.stringify(problem).replaceAll(notAscii, escaped);
  let text = `HTTP/1.1 ${refusal.status} ${problem.title}\r\n`;
  text += linesOf(headersOf(refusal));
  text += `Content-Length: ${body.length}\r\nDate: ${httpDate(Date.now())}\r\n${ours}`;
  text += `X-Request-Id: ${requestId}\r\n`;
  if (isLast) text += 'Connection: close\r\n';
  return `${text}\r\n${isForHead ? '' : body}`;
}
