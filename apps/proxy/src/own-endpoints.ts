import { STATUS_CODES } from 'node:http';
import type { ClientConnection } from './http/client-connection.ts';
import { httpDate } from './http/date.ts';
import type { OwnAnswer, OwnAnswers } from './own-answers.ts';
import type { RequestHead } from './request-head.ts';

/** Finds the answer to a request that is for the proxy itself; null when it is not. */
export function ownAnswerTo(
  answers: OwnAnswers,
  connection: ClientConnection,
  { url, fields }: RequestHead,
): OwnAnswer | null {
  return answers.to(url, () => ({
    peer: connection.address,
    headerNames: fields.names.map(({ lower }) => lower),
  }));
}

/** Sends it. */
export function sendOwn(
  connection: ClientConnection,
  { method }: RequestHead,
  { status, contentType, body }: OwnAnswer,
): void {
  const isLast = !connection.decideToKeepAlive(true);
  // The connection takes a character for each byte.
  const bytes = Buffer.from(body).toString('latin1');
  connection.sendAnswer(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${contentType}\r\n` +
      `Content-Length: ${bytes.length}\r\nCache-Control: no-store\r\n` +
      `Date: ${httpDate(Date.now())}\r\n${isLast ? 'Connection: close\r\n' : ''}\r\n` +
      (method === 'HEAD' ? '' : bytes),
  );
}
