import type { IncomingMessage, ServerResponse } from 'node:http';

const health = '/_apigate/healthz';
const readiness = '/_apigate/readyz';

/** Whether a request is for the proxy itself. */
export function isOwn(url: string): boolean {
  return url === health || url === readiness;
}

/** Tells whether the process lives, or whether it should be sent requests. */
export function answerOwn(req: IncomingMessage, res: ServerResponse, isReady: boolean): void {
  const isGood = req.url === health || isReady;
  const body = JSON.stringify({ status: isGood ? 'ok' : 'not_ready' });
  res.writeHead(isGood ? 200 : 503, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  });
  res.end(body);
}
