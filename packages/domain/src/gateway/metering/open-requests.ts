/** Requests that may be open at once without being moved aside. */
const places = 1_024;

/**
 * What is kept of requests from their admission to their completion, by rising numbers. A `Map` leaves its old table
 * behind each time that it makes room, with all that was in there, and an old table leads to the next one: V8 follows
 * that from tables that were moved to the old generation and died there, so that whatever passed through stays until all
 * of the heap is collected. Here a place is used again; only what stays open for long gets into a `Map`.
 */
export class OpenRequests<Kept> {
  readonly #kept: (Kept | undefined)[] = [];
  readonly #numbers = new Float64Array(places);
  readonly #aside = new Map<number, Kept>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param number from 1, higher than all before, or that of a request that is open, which then takes its place. */
  set(number: number, kept: Kept): void {
    const at = number % places;
    const before = this.#kept[at];
    if (this.#aside.has(number)) {
      this.#aside.set(number, kept);
      return;
    }
    if (before === undefined) this.#size += 1;
    else if (this.#numbers[at] !== number) {
      this.#aside.set(this.#numbers[at] ?? 0, before);
      this.#size += 1;
    }
    this.#numbers[at] = number;
    this.#kept[at] = kept;
  }

  /** Takes out what is kept under a number. */
  take(number: number): Kept | undefined {
    const at = number % places;
    let kept: Kept | undefined;
    if (this.#numbers[at] === number) {
      kept = this.#kept[at];
      this.#kept[at] = undefined;
    } else {
      kept = this.#aside.get(number);
      this.#aside.delete(number);
    }
    if (kept !== undefined) this.#size -= 1;
    return kept;
  }

  /** Calls back for each, in the order of their numbers. */
  forEach(call: (kept: Kept, number: number) => void): void {
    const open = [...this.#aside];
    for (let at = 0; at < this.#kept.length; at += 1) {
      const kept = this.#kept[at];
      if (kept !== undefined) open.push([this.#numbers[at] ?? 0, kept]);
    }
    open.sort(([a], [b]) => a - b);
    for (const [number, kept] of open) call(kept, number);
  }

  clear(): void {
    this.#kept.length = 0;
    this.#numbers.fill(0);
    this.#aside.clear();
    this.#size = 0;
  }
}
