import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OwnAnswer, OwnAnswers } from './own-answers.ts';

/** Finds the answer to a request that is for the proxy itself; null when it is not. */
export function ownAnswerTo(answers: OwnAnswers, req: IncomingMessage): OwnAnswer | null {
  return answers.to(req.url ?? '', () => ({
    peer: req.socket.remoteAddress,
    headerNames: Object.keys(req.headers),
  }));
}

/** Sends it. */
export function sendOwn(res: ServerResponse, { status, contentType, body }: OwnAnswer): void {
  res.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  res.end(body);
}
