import { cr, isFieldByte, lf, semicolon } from './characters.ts';
import type { Fields } from './field-names.ts';
import { parseFields } from './parse-fields.ts';

const sizeDigitsMax = 12;
const trailerBytesMax = 8 * 1024;
const trailersMax = 100;
/** For all extensions of a body; each is dropped, so none is worth more. */
const extensionBytesMax = 4 * 1024;

/** Takes what a chunked body holds, piece by piece. */
export interface ChunkSink {
  onChunk: (chunk: Buffer) => void;
}

type State =
  | 'size'
  | 'extension'
  | 'size_lf'
  | 'data'
  | 'data_cr'
  | 'data_lf'
  | 'trailers'
  | 'done';

function hexOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Reads a chunked body (RFC 9112 §7.1), however it is cut into pieces. Stricter than the grammar: nothing but `;` or the
 * end of the line may follow a size, and sizes, extensions and trailers are bounded.
 */
export class ChunkedDecoder {
  #state: State = 'size';
  #rest = 0;
  #digits = 0;
  #extensionBytes = 0;
  #trailerText = '';
  /** Null unless there were any. */
  trailers: Fields | null = null;

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** @returns the offset behind the last byte that belongs to the body, or -1 when it is malformed. */
  decode(bytes: Buffer, from: number, sink: ChunkSink): number {
    let at = from;
    while (at < bytes.length) {
      if (this.#state === 'data') {
        const end = Math.min(bytes.length, at + this.#rest);
        this.#rest -= end - at;
        if (this.#rest === 0) this.#state = 'data_cr';
        sink.onChunk(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
        at = end;
      } else if (this.#state === 'trailers') {
        return this.#readTrailers(bytes, at);
      } else {
        if (!this.#step(bytes[at] ?? 0)) return -1;
        at += 1;
      }
    }
    return at;
  }

  /** Takes one byte of what stands between the data. @returns whether it may stand there */
  #step(byte: number): boolean {
    switch (this.#state) {
      case 'size': {
        const digit = hexOf(byte);
        if (digit !== -1) {
          this.#digits += 1;
          this.#rest = this.#rest * 16 + digit;
          return this.#digits <= sizeDigitsMax;
        }
        if (this.#digits === 0) return false;
        if (byte === cr) this.#state = 'size_lf';
        else if (byte === semicolon) this.#state = 'extension';
        else return false;
        return true;
      }
      case 'extension':
        if (byte === cr) {
          this.#state = 'size_lf';
          return true;
        }
        this.#extensionBytes += 1;
        return isFieldByte[byte] === 1 && this.#extensionBytes <= extensionBytesMax;
      case 'size_lf':
        this.#state = this.#rest === 0 ? 'trailers' : 'data';
        this.#digits = 0;
        return byte === lf;
      case 'data_cr':
        this.#state = 'data_lf';
        return byte === cr;
      case 'data_lf':
        this.#state = 'size';
        return byte === lf;
      case 'data':
      case 'trailers':
      case 'done':
        return false;
    }
  }

  #readTrailers(bytes: Buffer, from: number): number {
    const before = this.#trailerText;
    const room = trailerBytesMax - before.length;
    const text = before + bytes.toString('latin1', from, Math.min(bytes.length, from + room));
    // With no trailers the empty line comes right behind the last chunk.
    const end = text.startsWith('\r\n') ? 2 : text.indexOf('\r\n\r\n') + 4;
    if (end === 3) {
      this.#trailerText = text;
      return text.length >= trailerBytesMax ? -1 : bytes.length;
    }
    if (end > 2) {
      const whole = text.slice(0, end);
      const fields = parseFields(whole, Buffer.from(whole, 'latin1'), 0, trailersMax);
      if (typeof fields === 'string') return -1;
      this.trailers = fields;
    }
    this.#state = 'done';
    this.#trailerText = '';
    return from + end - before.length;
  }
}
