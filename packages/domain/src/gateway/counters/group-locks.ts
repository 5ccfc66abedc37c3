const spinsMax = 200;
const waitMs = 0.05;

/**
 * Locks in shared memory, taken several at once in one order. What they guard takes well under a microsecond, so that a
 * thread spins for a while, and then sleeps in case the holder is not running. The word of a lock names its holder, so
 * that the locks of a thread that died can be freed.
 */
export class GroupLocks {
  readonly #words: Int32Array;
  readonly #owner: number;
  /** Those planned or held, in rising order. */
  readonly #held: Int32Array;
  #count = 0;

  /** @param owner not 0, and no other thread's. */
  constructor(words: Int32Array, owner: number, locksMax: number) {
    this.#words = words;
    this.#owner = owner;
    this.#held = new Int32Array(locksMax);
  }

  /** Adds a lock to those that `take` takes. */
  plan(word: number): void {
    const held = this.#held;
    let at = this.#count;
    while (at > 0 && (held[at - 1] ?? 0) > word) at -= 1;
    if (at > 0 && held[at - 1] === word) return;
    for (let to = this.#count; to > at; to -= 1) held[to] = held[to - 1] ?? 0;
    held[at] = word;
    this.#count += 1;
  }

  take(): void {
    for (let at = 0; at < this.#count; at += 1) this.#lock(this.#held[at] ?? 0);
  }

  letGo(): void {
    for (let at = 0; at < this.#count; at += 1) Atomics.store(this.#words, this.#held[at] ?? 0, 0);
    this.#count = 0;
  }

  isHeld(word: number): boolean {
    for (let at = 0; at < this.#count; at += 1) if (this.#held[at] === word) return true;
    return false;
  }

  /** Frees a lock if `owner` holds it. */
  free(word: number, owner: number): void {
    Atomics.compareExchange(this.#words, word, owner, 0);
  }

  #lock(word: number): void {
    for (let spins = 0; ; spins += 1) {
      const holder = Atomics.compareExchange(this.#words, word, 0, this.#owner);
      if (holder === 0) return;
      if (spins >= spinsMax) Atomics.wait(this.#words, word, holder, waitMs);
    }
  }
}
