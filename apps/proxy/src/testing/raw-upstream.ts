import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { readStrictly, type StrictRequest } from './strict-parser.ts';

/** One connection that the proxy has opened. */
export interface RawConnection {
  socket: Socket;
  /** Whole requests that came by it so far. */
  requests: number;
}

/** An upstream that answers with whatever bytes a test wants. */
export interface RawUpstream extends AsyncDisposable {
  url: string;
  /** Every connection since the start. */
  connections: RawConnection[];
  /** How many of them are open. */
  readonly openCount: number;
  /** Answers a whole request. */
  answer: (request: StrictRequest, connection: RawConnection) => void;
}

/** Sends bytes, one character each. */
export function sendBytes(socket: Socket, text: string): void {
  if (socket.writable) socket.write(text, 'latin1');
}

/** Starts an upstream on a free port. */
export async function startRawUpstream(): Promise<RawUpstream> {
  const connections: RawConnection[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    const connection: RawConnection = { socket, requests: 0 };
    connections.push(connection);
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (;;) {
        const reading = readStrictly(text, 0);
        if (reading.kind !== 'request') return;
        text = text.slice(reading.request.end);
        connection.requests += 1;
        upstream.answer(reading.request, connection);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const upstream: RawUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    get openCount() {
      return connections.filter(({ socket }) => !socket.closed).length;
    },
    answer: ({ target }, { socket }) => {
      sendBytes(socket, `HTTP/1.1 200 OK\r\nContent-Length: ${target.length}\r\n\r\n${target}`);
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const { socket } of connections) socket.destroy();
      await closed;
    },
  };
  return upstream;
}
