import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const bodyBytesMax = 1024 * 1024;

/** The API of the quickstart: it answers with the method, path, headers and body that reached it. */
export interface SampleApi extends AsyncDisposable {
  url: string;
}

/** Starts the sample API on this machine, on the port that it had before where that is free. */
export async function startSampleApi(portBefore: number): Promise<SampleApi> {
  const server = createServer((req, res) => {
    echo(req, res).catch(() => res.destroy());
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(portBefore).catch(() => listen(0));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function echo(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const body = await readText(req);
  res.setHeader('content-type', 'application/json');
  if (body === null) {
    res.writeHead(413).end(JSON.stringify({ error: 'This sample echoes at most 1 MB.' }));
    return;
  }
  const { method, url: path, headers } = req;
  res.end(`${JSON.stringify({ method, path, headers, body }, null, 2)}\n`);
}

/** The body as text; null when it is larger than an echo should be. */
async function readText(req: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes <= bodyBytesMax) chunks.push(buffer);
  }
  return bytes > bodyBytesMax ? null : Buffer.concat(chunks).toString('utf8');
}
