import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Answers a request, well or badly. */
export type Script = (req: IncomingMessage, res: ServerResponse) => void;

/** What an upstream does where it is not told otherwise. */
export interface ScriptedUpstreamOptions {
  /** By the last segment of the path; whatever is not named is answered with `ok`. */
  scripts?: Readonly<Record<string, Script>>;
  onUpgrade?: (req: IncomingMessage, socket: Duplex) => void;
  host?: string;
  port?: number;
}

/** An API that behaves as it is told to. */
export interface ScriptedUpstream extends AsyncDisposable {
  url: string;
  port: number;
  /** Ids of all requests that reached it. */
  ids: ReadonlySet<string>;
}

const ok: Script = (req, res) => {
  req.resume();
  res.writeHead(200, { 'Content-Length': 2 }).end('ok');
};

export async function startScriptedUpstream({
  scripts = {},
  onUpgrade,
  host = '127.0.0.1',
  port = 0,
}: ScriptedUpstreamOptions = {}): Promise<ScriptedUpstream> {
  const ids = new Set<string>();
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 }, (req, res) => {
    ids.add(String(req.headers['x-request-id']));
    const name = req.url?.split('/').at(-1) ?? '';
    req.on('error', () => undefined);
    res.on('error', () => undefined);
    (scripts[name] ?? ok)(req, res);
  });
  server.on('upgrade', (req, socket) => {
    ids.add(String(req.headers['x-request-id']));
    socket.on('error', () => undefined);
    if (onUpgrade === undefined) socket.destroy();
    else onUpgrade(req, socket);
  });
  server.listen({ host, port, backlog: 4_096 });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    ids,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
