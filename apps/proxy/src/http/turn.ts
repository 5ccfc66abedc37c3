/** Something that has bytes to write at the end of the turn. */
export interface Flushable {
  flush: () => void;
  /** Called instead when what had to be on disk before could not be written. */
  drop: () => void;
}

/**
 * The end of a turn of the event loop: everything that the turn produced is written then, after `beforeWrites` was
 * called once and has returned true. So what must be on disk before an answer leaves costs one write a turn and not one
 * a request, and what goes to one socket in a turn leaves in one piece.
 */
export class Turn {
  /** A clock that never goes back, read once a turn and at each {@link tick}: for deadlines. */
  nowMs = performance.now();
  readonly #beforeWrites: () => boolean;
  #waiting: Flushable[] = [];
  #spare: Flushable[] = [];
  #isEnding = false;

  constructor(beforeWrites: () => boolean) {
    this.#beforeWrites = beforeWrites;
  }

  /** Has `flush` called at the end of this turn. */
  add(waiting: Flushable): void {
    this.#waiting.push(waiting);
    this.end();
  }

  /** Makes sure that this turn has an end, even when nothing is written. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    setImmediate(this.#onEnd);
  }

  tick(): void {
    this.nowMs = performance.now();
  }

  readonly #onEnd = (): void => {
    this.#isEnding = false;
    this.tick();
    const isWritten = this.#beforeWrites();
    const waiting = this.#waiting;
    this.#waiting = this.#spare;
    for (let at = 0; at < waiting.length; at += 1) {
      if (isWritten) waiting[at]?.flush();
      else waiting[at]?.drop();
    }
    waiting.length = 0;
    this.#spare = waiting;
  };
}
