import type { SpoolPosition } from './spool-writer.ts';

const offsetBits = 32n;

/** How far a spool is written, for whoever reads it in another thread. */
export class SpoolMark {
  readonly memory: SharedArrayBuffer;
  readonly #cell: BigInt64Array;

  /** @param memory of the mark to be seen here too. */
  constructor(memory = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cell = new BigInt64Array(memory);
  }

  get position(): SpoolPosition {
    const both = Atomics.load(this.#cell, 0);
    return { segment: Number(both >> offsetBits), offset: Number(BigInt.asUintN(32, both)) };
  }

  /** One write, so that nobody sees the segment of one position with the offset of another. */
  move({ segment, offset }: SpoolPosition): void {
    Atomics.store(this.#cell, 0, (BigInt(segment) << offsetBits) | BigInt(offset));
  }
}
