/** Slots for series whose label is only known while the program runs. The first two are for what has no id, and for all who came when the others were taken. */
export const noneSlot = 0;
export const otherSlot = 1;
const firstSlot = 2;

/** Gives ids slots, the same in all threads, without locks: a slot is claimed by writing the id into it, once. */
export class SlotTable {
  readonly #claims: BigInt64Array;
  readonly #known = new Map<string, number>();

  /** @param memory of 8 bytes a slot, the same for all threads. */
  constructor(memory: SharedArrayBuffer) {
    this.#claims = new BigInt64Array(memory);
  }

  slotOf(id: string | null): number {
    if (id === null) return noneSlot;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const slot = this.#claim(markOf(id));
    this.#known.set(id, slot);
    return slot;
  }

  /** Which of some ids holds which slot. */
  holders(ids: Iterable<string>): Map<number, string> {
    const slots = new Map([...this.#claims].map((mark, slot) => [mark, slot]));
    const holders = new Map<number, string>();
    for (const id of ids) {
      const slot = slots.get(markOf(id));
      if (slot !== undefined) holders.set(slot, id);
    }
    return holders;
  }

  /** Whether a slot was ever claimed. */
  isTaken(slot: number): boolean {
    return slot < firstSlot || (this.#claims[slot] ?? 0n) !== 0n;
  }

  #claim(mark: bigint): number {
    for (let slot = firstSlot; slot < this.#claims.length; slot += 1) {
      const before = Atomics.compareExchange(this.#claims, slot, 0n, mark);
      if (before === 0n || before === mark) return slot;
    }
    return otherSlot;
  }
}

/** The last 64 bits of a UUID, of which 62 are random. */
function markOf(id: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${id.replaceAll('-', '').slice(-16)}`));
}
