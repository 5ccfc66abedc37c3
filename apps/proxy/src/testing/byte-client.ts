import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitUntil } from './wait-until.ts';

/** A client that sends bytes, good or not, and keeps all that comes back. */
export interface ByteClient {
  socket: Socket;
  /** Everything that came, a character for each byte. */
  readonly text: string;
  /** Whether the other side has ended. */
  readonly hasEnded: boolean;
  readonly isClosed: boolean;
  send: (bytes: string | Buffer) => void;
}

/** Connects to a port of this machine. */
export async function connectBytes(port: number, host = '127.0.0.1'): Promise<ByteClient> {
  const socket = connect({ port, host, allowHalfOpen: true });
  let text = '';
  let hasEnded = false;
  let isClosed = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('end', () => (hasEnded = true));
  socket.on('close', () => (isClosed = true));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return {
    socket,
    get text() {
      return text;
    },
    get hasEnded() {
      return hasEnded;
    },
    get isClosed() {
      return isClosed;
    },
    send: (bytes) =>
      typeof bytes === 'string' ? socket.write(bytes, 'latin1') : socket.write(bytes),
  };
}

/** Waits until what came to a client holds this. */
export async function expectSeen(client: ByteClient, what: string | RegExp): Promise<void> {
  await waitUntil(`${String(what)} is seen`, () =>
    typeof what === 'string' ? client.text.includes(what) : what.test(client.text),
  );
}
