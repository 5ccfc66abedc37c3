import type { Meter } from '@apigate/domain/gateway';

interface Step {
  go: () => void;
  orElse: () => void;
}

/** What is to happen once the usage of this turn of the event loop is on disk, and what instead if it cannot be. */
export class Turn {
  readonly #meter: Meter;
  #steps: Step[] = [];
  #isPlanned = false;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** Has the usage written at the end of this turn. */
  plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => this.#end());
  }

  /** Does one of both at the end of this turn. */
  afterwards(go: () => void, orElse: () => void): void {
    this.#steps.push({ go, orElse });
    this.plan();
  }

  #end(): void {
    this.#isPlanned = false;
    const steps = this.#steps;
    this.#steps = [];
    const isWritten = this.#meter.endTurn();
    for (const { go, orElse } of steps) {
      if (isWritten) go();
      else orElse();
    }
  }
}
