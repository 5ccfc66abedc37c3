import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/**
 * A request's body on its way to the upstream, with the back-pressure of both ends. It stands between the two because
 * whoever consumes a stream may destroy it, and destroying the request itself would cut off the answer to the client.
 */
export class RequestBody extends Readable {
  bytes = 0;
  readonly #req: IncomingMessage;

  constructor(req: IncomingMessage) {
    super({ highWaterMark: 64 * 1024 });
    this.#req = req;
    req.pause();
    req.on('data', this.#onData);
    req.on('end', this.#onEnd);
    // Destroyed with a reason that its consumer knows; there is nobody else to tell.
    this.on('error', () => undefined);
  }

  /** Whether it is the client that is waited for, and not the upstream. */
  get isStarved(): boolean {
    return !this.#req.complete && !this.#req.isPaused() && !this.destroyed;
  }

  override _read(): void {
    this.#req.resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#req.off('data', this.#onData);
    this.#req.off('end', this.#onEnd);
    callback(error);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.bytes += chunk.length;
    if (!this.push(chunk)) this.#req.pause();
  };

  readonly #onEnd = (): void => {
    this.push(null);
  };
}
