import type { IncomingMessage, ServerResponse } from 'node:http';

const unreadBytesMax = 1024 * 1024;
const unreadWaitMs = 2_000;

/**
 * Ends an answer that came before the whole body of its request. The rest of the body is read and dropped, within
 * bounds, because closing a socket with unread bytes on it resets the connection and the client would lose the answer.
 * Past the bounds the connection is closed.
 *
 * @param lastChunk what is still to be sent.
 */
export function finishAnswer(req: IncomingMessage, res: ServerResponse, lastChunk?: string): void {
  const { socket } = req;
  let unread = 0;
  const onData = (chunk: Buffer): void => {
    unread += chunk.length;
    if (unread > unreadBytesMax) finish();
  };
  const finish = (): void => {
    clearTimeout(timer);
    req.off('data', onData);
    if (!res.writableEnded) res.end();
    if (!req.complete) socket.destroySoon();
  };
  const timer = setTimeout(finish, unreadWaitMs);
  // The end of an answer that closes the connection has to wait: Node would close it at once.
  if (res.shouldKeepAlive) res.end(lastChunk);
  else if (lastChunk !== undefined) res.write(lastChunk);
  req.on('data', onData);
  req.once('end', finish);
  socket.once('close', () => clearTimeout(timer));
  if (req.complete) finish();
  else req.resume();
}
