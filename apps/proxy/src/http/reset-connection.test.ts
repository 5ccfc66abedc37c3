import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { resetConnection } from './reset-connection.ts';

test.each([
  { how: 'is reset when more was to come', isEnded: false, code: 'ECONNRESET' },
  { how: 'is closed all the same when its end is on its way', isEnded: true, code: null },
])('a connection $how', async ({ isEnded, code }) => {
  await using server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1').resume();
  const [accepted]: Socket[] = await once(server, 'connection');
  if (accepted === undefined) throw new Error('nothing was accepted');
  const errors: unknown[] = [];
  for (const socket of [client, accepted]) {
    socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code));
  }
  const closed = [client, accepted].map((socket) => once(socket, 'close').catch(() => undefined));
  if (isEnded) accepted.end();
  resetConnection(accepted);
  await Promise.all(closed);
  expect(errors).toEqual(code === null ? [] : [code]);
});
