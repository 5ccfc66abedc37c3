import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readStrictly, valuesOf, type StrictRequest } from './strict-parser.ts';

/** What a recorder has seen of one request; it answers with the serial number in the header `X-Recorded`. */
export interface Recording {
  serial: number;
  method: string;
  target: string;
  /** SHA-1 of the body. */
  body: string;
}

/** An upstream that writes down every whole request, in the order of their ends. */
export interface Recorder extends AsyncDisposable {
  port: number;
  recordings: Recording[];
  /** What came over the wire and was no request. */
  garbage: string[];
  /** Bytes that came over the wire. */
  bytes: number;
}

/** One that keeps whole requests as well. */
export interface StrictRecorder extends Recorder {
  requests: StrictRequest[];
}

/** The SHA-1 of bytes, one character each. */
export function digestOf(body: string): string {
  return createHash('sha1').update(body, 'latin1').digest('hex');
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts a recorder that reads with our own strict parser. */
export async function startStrictRecorder(): Promise<StrictRecorder> {
  const recordings: Recording[] = [];
  const requests: StrictRequest[] = [];
  const garbage: string[] = [];
  const sockets = new Set<Socket>();
  const record = (request: StrictRequest): Recording => {
    const { method, target, body } = request;
    requests.push(request);
    const recording = { serial: recordings.length, method, target, body: digestOf(body) };
    recordings.push(recording);
    return recording;
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let text = '';
    let hasContinued = false;
    const read = (): void => {
      for (;;) {
        const reading = readStrictly(text, 0);
        if (reading.kind === 'invalid') {
          garbage.push(`${reading.reason} in ${JSON.stringify(text)}`);
          socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
          return;
        }
        if (reading.kind === 'incomplete') {
          if (reading.expectsContinue && !hasContinued) {
            hasContinued = true;
            socket.write('HTTP/1.1 100 Continue\r\n\r\n');
          }
          return;
        }
        const { request } = reading;
        const hosts = valuesOf(request.headers, 'host');
        if (hosts.length !== 1) garbage.push(`${hosts.length} hosts in ${JSON.stringify(text)}`);
        text = text.slice(request.end);
        hasContinued = false;
        socket.write(answerTo(request, record(request)));
        if (request.isLast) {
          socket.end();
          return;
        }
        if (text === '') return;
      }
    };
    socket.on('data', (chunk) => {
      recorder.bytes += chunk.length;
      text += chunk.toString('latin1');
      read();
    });
  });
  const recorder: StrictRecorder = {
    port: await listening(server),
    recordings,
    requests,
    garbage,
    bytes: 0,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return recorder;
}

function answerTo(request: StrictRequest, { serial }: Recording): string {
  const lines = ['HTTP/1.1 200 OK', 'Content-Type: text/plain', 'Content-Length: 2'];
  lines.push(`X-Recorded: ${serial}`);
  const isKept = valuesOf(request.headers, 'connection')
    .join()
    .toLowerCase()
    .includes('keep-alive');
  lines.push(`Connection: ${request.isLast ? 'close' : 'keep-alive'}`);
  if (isKept) lines.push('Keep-Alive: timeout=60');
  return `${lines.join('\r\n')}\r\n\r\n${request.method === 'HEAD' ? '' : 'ok'}`;
}

/** Starts a recorder that reads with Node's parser. */
export async function startNodeRecorder(): Promise<Recorder> {
  const recordings: Recording[] = [];
  const server = createHttpServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { method = '', url: target = '' } = req;
      const body = digestOf(Buffer.concat(chunks).toString('latin1'));
      const recording = { serial: recordings.length, method, target, body };
      recordings.push(recording);
      res.writeHead(200, { 'Content-Length': 2, 'X-Recorded': recording.serial });
      res.end('ok');
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('clientError', (_error, socket) => {
    socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  });
  const recorder: Recorder = {
    port: await listening(server),
    bytes: 0,
    recordings,
    garbage: [],
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  server.on('connection', (socket) => {
    socket.on('data', (chunk: Buffer) => (recorder.bytes += chunk.length));
  });
  return recorder;
}
