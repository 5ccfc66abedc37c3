import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What reached the upstream. */
export interface EchoedRequest {
  method: string;
  url: string;
  /** Flat list, as it came over the wire. */
  rawHeaders: string[];
  body: string;
}

/** An API to stand behind the proxy; it answers with what reached it, unless `answer` does otherwise. */
export interface EchoUpstream extends AsyncDisposable {
  url: string;
  /** Requests that reached it. */
  hits: number;
  /** Open connections. */
  readonly connections: number;
  /** Answers instead of the echo while it is set. */
  answer: ((req: IncomingMessage, res: ServerResponse) => void) | null;
  close: () => Promise<void>;
}

async function echo(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const { method = '', url = '', rawHeaders } = req;
  const echoed: EchoedRequest = { method, url, rawHeaders, body: Buffer.concat(chunks).toString() };
  const body = JSON.stringify(echoed);
  res.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  res.end(body);
}

/** Starts an upstream on a free port. */
export async function startEchoUpstream(): Promise<EchoUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer((req, res) => {
    upstream.hits += 1;
    if (upstream.answer !== null) upstream.answer(req, res);
    else echo(req, res).catch(() => res.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const upstream: EchoUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits: 0,
    get connections() {
      return sockets.size;
    },
    answer: null,
    close,
    [Symbol.asyncDispose]: close,
  };
  return upstream;
}
