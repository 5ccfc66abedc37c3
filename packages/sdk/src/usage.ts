import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  ListUsageEventsInput,
  RefusalExplanation,
  UsageEvent,
  UsageSummary,
} from './types.ts';

/** What went through the proxy. */
export function usageApi(transport: Transport) {
  return {
    /** The running period of a user (id, e-mail, username or external id), or of the caller. */
    summary: (user?: string): Promise<UsageSummary> => transport.query('usage.summary', { user }),
    /** Requests, newest first; `await` for one page, `for await` for every one. */
    events: (input: ListUsageEventsInput = {}): Listing<UsageEvent> =>
      listing((cursor = input.cursor) => transport.query('usage.events', { ...input, cursor })),
    /** Why a request was refused: the rules in the order in which they were looked at. */
    explain: (requestId: string): Promise<RefusalExplanation> =>
      transport.query('usage.explain', { request: requestId }),
  };
}
