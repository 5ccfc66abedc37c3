import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { headersOf, problemOf, Refusal } from '@apigate/domain/gateway';
import { v7 } from 'uuid';
import type { ProxyBounds } from './config.ts';

const headBytesMax = 16 * 1024;
const connectionSweepMs = 2_000;

type Handler = (req: IncomingMessage, res: ServerResponse) => void;
type ServerBounds = Pick<
  ProxyBounds,
  'requestHeadTimeoutMs' | 'clientIdleTimeoutMs' | 'keepAliveTimeoutMs'
>;

/** The HTTP server in front of a handler: its bounds, and the answers to what never becomes a request. */
export function createGatewayServer(handle: Handler, bounds: ServerBounds): Server {
  const answering = new WeakMap<Socket, { req: IncomingMessage; res: ServerResponse }>();
  const onRequest: Handler = (req, res) => {
    answering.set(req.socket, { req, res });
    handle(req, res);
  };
  const server = createServer(
    {
      maxHeaderSize: headBytesMax,
      headersTimeout: bounds.requestHeadTimeoutMs,
      // Bodies may take as long as they move; the idle timeout looks after those that do not.
      requestTimeout: 0,
      keepAliveTimeout: bounds.keepAliveTimeoutMs,
      connectionsCheckingInterval: connectionSweepMs,
      // The guard answers in our form what Node would otherwise refuse in its own.
      requireHostHeader: false,
      optimizeEmptyRequests: true,
    },
    onRequest,
  );
  // Node drops headers past this count without a word; with 0 the guard sees them all.
  server.maxHeadersCount = 0;
  server.timeout = bounds.clientIdleTimeoutMs;
  server.on('checkContinue', onRequest);
  server.on('checkExpectation', onRequest);
  server.on('connect', (_req, socket) => refuseOn(socket, new Refusal('method_not_allowed')));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const current = answering.get(socket);
    if (!isOfTheParser(error)) socket.destroy(error);
    else if (current === undefined || current.res.writableFinished)
      refuseOn(socket, refusalOf(error));
    else if (current.res.headersSent) socket.destroySoon();
    else if (!current.req.complete) refuseOn(socket, refusalOf(error));
    // The request in progress is whole and gets its answer; what came behind it ends the connection.
    else current.res.shouldKeepAlive = false;
  });
  return server;
}

function isOfTheParser({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

function refusalOf({ code }: NodeJS.ErrnoException): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return new Refusal('headers_too_large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Refusal('request_timeout');
  return new Refusal('bad_request');
}

/** Answers on the bare socket, where there is no response object. */
function refuseOn(socket: Duplex, refusal: Refusal): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const id = v7();
  const problem = problemOf(refusal, id);
  const body = JSON.stringify(problem);
  const headers = headersOf(refusal);
  headers.push('Content-Length', String(Buffer.byteLength(body)), 'X-Request-Id', id);
  headers.push('Connection', 'close');
  const lines = headers.map((part, at) => (at % 2 === 0 ? `${part}: ` : `${part}\r\n`));
  const head = `HTTP/1.1 ${refusal.status} ${problem.title}\r\n${lines.join('')}\r\n`;
  socket.end(head + body, () => socket.destroy());
}
