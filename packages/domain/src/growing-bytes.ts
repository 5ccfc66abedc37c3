/** From here on a call that copies takes less time than to copy by words. */
const callBytes = 96;
const wordBytes = 8;

/** Bytes that grow as they are written. */
export class GrowingBytes {
  /** All the room there is. */
  buffer: Buffer;
  /** Of the room. */
  view: DataView;
  /** Bytes in use. */
  length = 0;

  constructor(bytes: number) {
    this.buffer = Buffer.allocUnsafeSlow(bytes);
    this.view = new DataView(this.buffer.buffer);
  }

  /** What is in use, until more is written. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** Makes room for `bytes` more. */
  ensure(bytes: number): void {
    const needed = this.length + bytes;
    if (needed > this.buffer.length) this.resize(Math.max(needed, this.buffer.length * 2));
  }

  /** Takes other room, and keeps what is in use as far as it fits. */
  resize(bytes: number): void {
    const resized = Buffer.allocUnsafeSlow(bytes);
    this.buffer.copy(resized, 0, 0, this.length);
    this.buffer = resized;
    this.view = new DataView(resized.buffer);
  }

  /** Adds the bytes of another from `from` up to `to`, for which there is room. */
  append(other: GrowingBytes, from: number, to: number): void {
    const end = this.length + to - from;
    if (to - from >= callBytes) other.buffer.copy(this.buffer, this.length, from, to);
    else {
      const { view } = this;
      const words = to - ((to - from) % wordBytes);
      let at = this.length;
      let read = from;
      for (; read < words; read += wordBytes, at += wordBytes) {
        view.setBigUint64(at, other.view.getBigUint64(read));
      }
      for (; read < to; read += 1, at += 1) view.setUint8(at, other.view.getUint8(read));
    }
    this.length = end;
  }

  /** The text in UTF-8 from `from` up to `to`. */
  text(from: number, to: number): string {
    return this.buffer.toString('utf8', from, to);
  }
}
