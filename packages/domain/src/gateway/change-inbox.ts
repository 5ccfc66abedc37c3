import type { Change, LoggedChange } from './load-changes.ts';

/**
 * Tells which changes of the log are news. The log shows every change that a notification has told of before, and
 * while a long transaction is open it shows the same changes again and again. Applied again, they would make the
 * gateway forget what it has just read.
 */
export class ChangeInbox {
  /** Notifications, by change, whose place in the log was not seen yet. */
  #notified = new Map<string, number>();
  #seen = new Set<number>();

  /** Notes what a notification told. */
  notified(change: Change): Change {
    const id = `${change.kind}:${change.id}`;
    this.#notified.set(id, (this.#notified.get(id) ?? 0) + 1);
    return change;
  }

  /** What of the log no notification has told of. One notification may stand for several changes; then some are news. */
  news(logged: readonly LoggedChange[]): Change[] {
    const fresh = logged.filter(({ seq }) => !this.#seen.has(seq));
    this.#seen = new Set(logged.map(({ seq }) => seq));
    return fresh.filter(({ kind, id }) => {
      const change = `${kind}:${id}`;
      const count = this.#notified.get(change) ?? 0;
      if (count > 1) this.#notified.set(change, count - 1);
      else this.#notified.delete(change);
      return count === 0;
    });
  }
}
