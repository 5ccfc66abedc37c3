import { networkOf, type Actor } from '@apigate/domain';

const callersMax = 100_000;

/** How often a caller may call: `limit` times in `windowSeconds`, which begin with the first call. */
export interface ThrottleOptions {
  windowSeconds: number;
  /** Of a customer, or of a network from which nobody signed in; moderators have ten times it, admins a hundred. */
  limit: number;
}

/** Why a call must wait. */
interface Wait {
  /** That the caller may make in a window. */
  calls: number;
  windowSeconds: number;
  retryAfterSeconds: number;
}

/** Holds back who calls too often. It counts in this process, of which there is one. */
export class Throttle {
  readonly #options: ThrottleOptions;
  /** The oldest first. */
  readonly #windows = new Map<string, { endsAtMs: number; calls: number }>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /**
   * Counts a call.
   *
   * @param nowMs of a clock that does not go back.
   * @returns null when the call may go on; one that may not is not counted.
   */
  take(actor: Actor, ip: string, nowMs: number): Wait | null {
    const { limit, windowSeconds } = this.#options;
    const calls = limit * shareOf(actor);
    const window = this.#windowOf(callerOf(actor, ip), nowMs);
    if (window.calls >= calls) {
      const retryAfterSeconds = Math.ceil((window.endsAtMs - nowMs) / 1000);
      return { calls, windowSeconds, retryAfterSeconds };
    }
    window.calls += 1;
    return null;
  }

  #windowOf(caller: string, nowMs: number) {
    for (const [oldest, { endsAtMs }] of this.#windows) {
      if (endsAtMs > nowMs && this.#windows.size <= callersMax) break;
      this.#windows.delete(oldest);
    }
    const known = this.#windows.get(caller);
    if (known !== undefined) return known;
    const window = { endsAtMs: nowMs + this.#options.windowSeconds * 1000, calls: 0 };
    this.#windows.set(caller, window);
    return window;
  }
}

function callerOf(actor: Actor, ip: string): string {
  return actor.kind === 'user' || actor.kind === 'service'
    ? `${actor.kind} ${actor.id}`
    : `network ${networkOf(ip)}`;
}

/** Service keys are made by admins, for programs of theirs. */
function shareOf(actor: Actor): number {
  if (actor.kind === 'service') return 100;
  if (actor.kind !== 'user' || actor.mustEnrolSecondFactor) return 1;
  return { customer: 1, moderator: 10, admin: 100 }[actor.role];
}
