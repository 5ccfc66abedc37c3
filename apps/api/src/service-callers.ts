import { createHash } from 'node:crypto';
import type { Actor } from '@apigate/domain';

const goodForMs = 15 * 60_000;
const callersMax = 1_000;

/** The service keys that were used last, by a digest of their secret. */
export class ServiceCallers {
  readonly #known = new Map<string, { actor: Actor; untilMs: number }>();

  /** Notes whom the database has just found behind a token. */
  note(token: string, actor: Actor | null, now: Date): void {
    const digest = digestOf(token);
    this.#known.delete(digest);
    if (actor?.kind !== 'service') return;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= callersMax && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(digest, { actor, untilMs: now.getTime() + goodForMs });
  }

  /** @returns who was behind a token in the last 15 minutes, if the database last said so. */
  recall(token: string, now: Date): Actor | null {
    const known = this.#known.get(digestOf(token));
    return known !== undefined && now.getTime() < known.untilMs ? known.actor : null;
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
