import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { resetConnection } from './reset-connection.ts';
import { TextSocket } from './text-socket.ts';

/** A connection, and its other end, which reads nothing yet. */
async function connected(): Promise<{ socket: TextSocket; other: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = new TextSocket();
  socket.connect(port, '127.0.0.1');
  const [[other]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
  onTestFinished(() => {
    socket.destroy();
    other.destroy();
    server.close();
  });
  return { socket, other };
}

/** Writes until something is left over. */
function writeTooMuch(socket: Socket): void {
  const text = 'x'.repeat(64 * 1024);
  for (let times = 0; times < 1_000 && socket.writableLength === 0; times += 1) {
    socket.write(text, 'latin1');
  }
  expect(socket.writableLength).toBeGreaterThan(0);
}

test('texts and bytes arrive whole and in order, however slowly they are read', async () => {
  const { socket, other } = await connected();
  const sent: Buffer[] = [];
  // More than the system takes of a connection that nobody reads.
  for (let part = 0; part < 4_000; part += 1) {
    const text = `${part}\xe9`.repeat(part % 1_500);
    const isText = part % 3 !== 0;
    sent.push(Buffer.from(text, 'latin1'));
    socket.write(isText ? text : Buffer.from(text, 'latin1'), 'latin1');
  }
  socket.end();
  expect(socket.writableLength).toBeGreaterThan(0);
  const arrived = await buffer(other);
  expect(arrived.equals(Buffer.concat(sent))).toBe(true);
});

test('what is written before it is connected is sent then', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const socket = new TextSocket();
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end('early', 'latin1');
  const [other] = await once(server, 'connection');
  expect(String(await buffer(other))).toBe('early');
});

test('there is room again once what was left over has been read', async () => {
  const { socket, other } = await connected();
  writeTooMuch(socket);
  other.resume();
  await once(socket, 'drain');
  expect(socket.writableLength).toBe(0);
});

test('a connection that the other end has reset ends with an error', async () => {
  const { socket, other } = await connected();
  resetConnection(other);
  const text = 'x'.repeat(1_000);
  const write = (): void => {
    if (!socket.destroyed) socket.write(text, 'latin1', () => setImmediate(write));
  };
  write();
  await expect(once(socket, 'close')).rejects.toThrow(/^(?:write|read) (?:EPIPE|ECONNRESET)$/);
});

test('what was not taken yet is let go with the connection', async () => {
  const { socket } = await connected();
  writeTooMuch(socket);
  const closed = once(socket, 'close');
  socket.destroy();
  expect(await closed).toEqual([false]);
});

test('Node still lets one request serve for many writes', async () => {
  const { socket } = await connected();
  const { _handle: connection } = socket as unknown as {
    _handle: { writeLatin1String: (request: object, text: string) => number };
  };
  const requests = new Set<object>();
  const { writeLatin1String } = connection;
  connection.writeLatin1String = (request, text) => {
    requests.add(request);
    return writeLatin1String.call(connection, request, text);
  };
  for (let times = 0; times < 10; times += 1) socket.write('x', 'latin1');
  expect(requests.size).toBe(1);
});
