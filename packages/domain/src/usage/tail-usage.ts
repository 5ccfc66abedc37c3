import { setTimeout as sleep } from 'node:timers/promises';
import {
  listUsageEventsInput,
  type Parsed,
  type tailUsageInput,
  type UsageEvent,
} from '@apigate/contract';
import type { DomainContext } from '../context.ts';
import { listUsageEvents } from './list-usage-events.ts';

/** Events that one look takes in; of more than these the newest are shown. */
const lookEventsMax = 200;
/** Requests that began earlier than this before the tail, and end during it, are not shown. */
const longestRequestMs = 10 * 60_000;

export interface TailOptions {
  /** Makes the context of each look, with whoever the caller is by then. */
  context: () => Promise<DomainContext>;
  pauseMs: number;
  /** Ends the tail. */
  signal: AbortSignal;
}

/** What one look has found, oldest first. */
export interface TailLook {
  events: UsageEvent[];
  /** True where there were more than a look takes in. */
  hasGap: boolean;
}

/**
 * Requests as they are stored, from now on: of one user, or of all that the caller may see. It asks the database every
 * `pauseMs` and leaves the proxy alone. It ends with the signal, or by an error once the caller may not look any more.
 *
 * @throws DomainError not_found, unauthenticated, forbidden
 */
export async function* tailUsage(
  input: Parsed<typeof tailUsageInput>,
  { context, pauseMs, signal }: TailOptions,
): AsyncGenerator<TailLook> {
  let seen: Set<string> | null = null;
  const since = new Date(Date.now() - longestRequestMs);
  while (!signal.aborted) {
    const ctx = await context();
    const look = listUsageEventsInput.parse({ ...input, since, limit: lookEventsMax });
    const { data, hasMore } = await listUsageEvents(ctx, look);
    const known = seen;
    const news = known === null ? [] : data.filter(({ id }) => !known.has(id));
    seen = new Set(data.map(({ id }) => id));
    yield {
      events: news.toReversed(),
      hasGap: hasMore && news.length === data.length && known !== null,
    };
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
}
