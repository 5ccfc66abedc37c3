const idle = 0;
const ready = 1;
/** Words of each thread: how often its event loop has turned, and its state. */
const slotWords = 2;

/** What the threads of a process tell each other without a message: that they are alive, and that they are ready. */
export class ThreadBoard {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory another thread's; without, a new one for so many threads. */
  constructor(threadsOrMemory: number | SharedArrayBuffer) {
    this.memory =
      typeof threadsOrMemory === 'number'
        ? new SharedArrayBuffer(threadsOrMemory * slotWords * 4)
        : threadsOrMemory;
    this.#words = new Int32Array(this.memory);
  }

  beat(slot: number): void {
    Atomics.add(this.#words, slot * slotWords, 1);
  }

  beatsOf(slot: number): number {
    return Atomics.load(this.#words, slot * slotWords);
  }

  setReady(slot: number, isReady: boolean): void {
    Atomics.store(this.#words, slot * slotWords + 1, isReady ? ready : idle);
  }

  /** Whether all threads are ready, or all but one. */
  areReady(except = -1): boolean {
    for (let slot = 0; slot < this.#words.length / slotWords; slot += 1) {
      if (slot !== except && Atomics.load(this.#words, slot * slotWords + 1) !== ready)
        return false;
    }
    return true;
  }
}

/** The number, as owner of locks, of the thread that ships for the one with the number `owner`. */
export function shipperOf(owner: number): number {
  return -owner;
}
