import type { Socket } from 'node:net';

/**
 * Closes a connection so that its other end cannot take what it has for the whole. A socket whose end is on its way
 * cannot be reset: Node would keep it for ever, and never exit.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
