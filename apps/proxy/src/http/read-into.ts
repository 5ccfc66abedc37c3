import type { OnReadOpts, Socket, SocketConstructorOpts } from 'node:net';
import { TextSocket } from './text-socket.ts';

/** What Node keeps of a connection in a socket, and makes a socket from when it accepts one. */
interface Handed {
  _handle: object | null;
}

type HandedOptions = Omit<SocketConstructorOpts, 'handle'> & { handle: object };

/**
 * The same connection, read into memory of ours. What a server accepts, Node reads into 64 KiB of new memory each time,
 * copies what came into memory of that size, and leaves both to be collected. It takes memory that is there only for a
 * connection whose socket was made with it; so the connection is handed to one that is.
 *
 * @param accepted that nothing was read from yet; it is of no use afterwards.
 */
export function readInto(accepted: Socket, onread: OnReadOpts): Socket {
  const handed = accepted as Socket & Handed;
  const handle = handed._handle;
  if (handle === null) return accepted;
  handed._handle = null;
  const options: HandedOptions = { handle, onread, allowHalfOpen: accepted.allowHalfOpen };
  const socket = new TextSocket(options as SocketConstructorOpts);
  accepted.destroy();
  return socket;
}
