import { GrowingBytes } from '../growing-bytes.ts';

/** Of an array of one dimension: dimensions, whether it may hold null, type, length, first index. */
const headBytes = 20;
const lengthAt = 12;
const startBytes = 4 * 1024;
/** What a larger batch has taken is given back. */
const keptBytesMax = 1024 * 1024;

/** Types that elements may have, by their number in PostgreSQL. */
const types = { text: 25, float8: 701 } as const;

/**
 * An array as a parameter of a statement, in the binary format of PostgreSQL: its elements go from bytes to bytes, and
 * none of them becomes a text in between that has to be collected.
 */
export class ArrayParameter extends GrowingBytes {
  readonly #type: keyof typeof types;
  #elements = 0;

  constructor(type: keyof typeof types) {
    super(startBytes);
    this.#type = type;
    this.clear();
  }

  /** Takes all elements out. What `value` gave before is not valid any more. */
  clear(): void {
    this.length = 0;
    if (this.buffer.length > keptBytesMax) this.resize(startBytes);
    this.#elements = 0;
    this.length = headBytes;
    this.view.setInt32(0, 1);
    this.view.setInt32(4, 1);
    this.view.setInt32(8, types[this.#type]);
    this.view.setInt32(lengthAt, 0);
    this.view.setInt32(16, 1);
  }

  /** Adds the text in UTF-8 that stands in `source` from `from` up to `to`. */
  addText(source: GrowingBytes, from: number, to: number): void {
    this.ensure(4 + to - from);
    this.view.setInt32(this.length, to - from);
    this.length += 4;
    this.append(source, from, to);
    this.#elements += 1;
  }

  addNumber(value: number): void {
    this.ensure(12);
    this.view.setInt32(this.length, 8);
    this.view.setFloat64(this.length + 4, value);
    this.length += 12;
    this.#elements += 1;
  }

  addNull(): void {
    this.ensure(4);
    this.view.setInt32(this.length, -1);
    this.length += 4;
    this.#elements += 1;
  }

  /** The parameter, until the array is changed. */
  get value(): Buffer {
    this.view.setInt32(lengthAt, this.#elements);
    return this.bytes;
  }
}
