import { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';

type WriteCallback = (error?: Error | null) => void;

/** Told when what the system did not take at once has left. */
interface WriteRequest {
  oncomplete?: (status: number) => void;
}

/** How Node itself writes to connections. */
interface StreamBinding {
  WriteWrap: new () => WriteRequest;
  streamBaseState: Record<number, number>;
  kLastWriteWasAsync: number;
}

/** What Node keeps of a connection in a socket. */
interface Handed {
  _handle: { writeLatin1String: (request: WriteRequest, text: string) => number } | null;
}

/** It is deprecated without a date; where it is gone or forbidden, sockets write as they always do. */
function findBinding(): StreamBinding | null {
  const { binding } = process as { binding?: (name: string) => Partial<StreamBinding> };
  try {
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = binding?.('stream_wrap') ?? {};
    if (!WriteWrap || !streamBaseState || kLastWriteWasAsync === undefined) return null;
    return { WriteWrap, streamBaseState, kLastWriteWasAsync };
  } catch {
    return null;
  }
}

const binding = findBinding();
let request = binding === null ? null : new binding.WriteWrap();

function errorOf(status: number): Error | null {
  return status < 0 ? new Error(`write ${getSystemErrorName(status)}`) : null;
}

/**
 * A socket that writes text with less ado. For each write Node makes a request, which tells when the rest has
 * left; but the system takes nearly every text whole, so here one request serves until a write has need of it.
 */
export class TextSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, callback: WriteCallback): void {
    const { _handle: connection } = this as unknown as Handed;
    const isText = typeof chunk === 'string' && encoding === 'latin1';
    if (!isText || this.connecting || connection === null || binding === null || request === null) {
      super._write(chunk, encoding, callback);
      return;
    }
    const status = connection.writeLatin1String(request, chunk);
    if (status === 0 && binding.streamBaseState[binding.kLastWriteWasAsync] === 0) {
      callback();
      return;
    }
    // Node ends the process when a request is used again that belongs to a write.
    const used = request;
    request = new binding.WriteWrap();
    if (status !== 0) callback(errorOf(status));
    else used.oncomplete = (late) => callback(this.destroyed ? null : errorOf(late));
  }
}
