import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A request as its bytes came, and the socket to answer on with any bytes. */
export interface ByteRequest {
  /** Everything that came so far, a character for each byte. */
  text: string;
  socket: Socket;
  /** Of its connection, counted from 0. */
  number: number;
}

/** An upstream that answers with bytes, good or not. */
export interface ByteUpstream extends AsyncDisposable {
  url: string;
  /** Connections that were ever opened. */
  opened: number;
  readonly connections: number;
}

/**
 * Starts an upstream whose answers are up to the test.
 *
 * @param onData called for each piece that comes, with all that came over the connection since the last reset of `text`.
 */
export async function startByteUpstream(
  onData: (request: ByteRequest) => void,
): Promise<ByteUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    upstream.opened += 1;
    sockets.add(socket);
    const request: ByteRequest = { text: '', socket, number: upstream.opened - 1 };
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      request.text += chunk.toString('latin1');
      onData(request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream: ByteUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    opened: 0,
    get connections() {
      return sockets.size;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return upstream;
}

/** Answers each request that has come whole, for requests without body. */
export function answerEach(answer: (head: string, socket: Socket) => void) {
  return (request: ByteRequest): void => {
    for (;;) {
      const end = request.text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = request.text.slice(0, end + 4);
      request.text = request.text.slice(end + 4);
      answer(head, request.socket);
    }
  };
}
