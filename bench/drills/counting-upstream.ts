import { once } from 'node:events';
import { createServer } from 'node:http';

/** An API that remembers the id of every request that reached it. */
export interface CountingUpstream extends AsyncDisposable {
  url: string;
  ids: ReadonlySet<string>;
  /** With those that came twice, because reading again does no harm. */
  readonly hits: number;
}

export async function startCountingUpstream(): Promise<CountingUpstream> {
  const ids = new Set<string>();
  let hits = 0;
  const server = createServer((req, res) => {
    hits += 1;
    ids.add(String(req.headers['x-request-id']));
    res.writeHead(200, { 'Content-Length': 2 }).end('ok');
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    url: `http://127.0.0.1:${address.port}`,
    ids,
    get hits() {
      return hits;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
