import { hash } from 'node:crypto';

const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What an upstream must answer to a `Sec-WebSocket-Key` to show that it speaks WebSocket (RFC 6455 §4.2.2). */
export function webSocketAcceptOf(key: string): string {
  return hash('sha1', key + acceptSuffix, 'base64');
}

/** A close frame of a server: policy violation, with a reason of at most 123 bytes of ASCII (RFC 6455 §5.5.1). */
export function closeFrame(reason: string): Buffer {
  const text = reason.slice(0, 123);
  const frame = Buffer.alloc(4 + text.length);
  frame.writeUInt8(0x88, 0);
  frame.writeUInt8(2 + text.length, 1);
  frame.writeUInt16BE(1008, 2);
  frame.write(text, 4, 'latin1');
  return frame;
}

/** Follows the frames of one direction, to know where one may be put in between. */
export class FrameTracker {
  #header: number[] = [];
  #payload = 0;

  /** Whether the last frame is whole. */
  get isBetweenFrames(): boolean {
    return this.#header.length === 0 && this.#payload === 0;
  }

  follow(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#payload > 0) {
        const size = Math.min(this.#payload, bytes.length - at);
        this.#payload -= size;
        at += size;
      } else {
        this.#header.push(bytes[at] ?? 0);
        at += 1;
        this.#readHeader();
      }
    }
  }

  #readHeader(): void {
    const [, second] = this.#header;
    if (second === undefined) return;
    const short = second & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskBytes = second & 0x80 ? 4 : 0;
    if (this.#header.length < 2 + lengthBytes + maskBytes) return;
    const length = this.#header.slice(2, 2 + lengthBytes);
    this.#payload = lengthBytes === 0 ? short : length.reduce((sum, byte) => sum * 256 + byte, 0);
    this.#header = [];
  }
}
