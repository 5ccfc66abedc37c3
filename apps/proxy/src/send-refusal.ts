import type { IncomingMessage, ServerResponse } from 'node:http';
import { headersOf, problemOf, type Refusal } from '@apigate/domain/gateway';
import { finishAnswer } from './finish-answer.ts';
import { hasBody, type RequestHead } from './request-head.ts';

/**
 * Answers with a refusal.
 *
 * @param ours flat list of the headers that go with it.
 */
export function sendRefusal(
  req: IncomingMessage,
  res: ServerResponse,
  head: RequestHead,
  refusal: Refusal,
  requestId: string,
  ours: readonly string[],
): void {
  const body = JSON.stringify(problemOf(refusal, requestId));
  const headers = headersOf(refusal);
  headers.push('Content-Length', String(Buffer.byteLength(body)), ...ours);
  // A client that waits for 100 Continue does not send its body now, so the next request could not be told from it.
  if (head.expect !== null) headers.push('Connection', 'close');
  res.writeHead(refusal.status, headers);
  if (hasBody(head) && head.expect === null) finishAnswer(req, res, body);
  else res.end(body);
}
