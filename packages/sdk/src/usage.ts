import { ApigateError } from './apigate-error.ts';
import { camelCased } from './camel-case.ts';
import { eventsIn } from './events-in.ts';
import { type Listing, listing } from './listing.ts';
import { queryOf } from './query-of.ts';
import type { Transport } from './transport.ts';
import type {
  ListUsageEventsInput,
  MeteredEvents,
  MeterEvent,
  RefusalExplanation,
  TailUsageInput,
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
    /**
     * Requests as they come, until the loop is left or the session ends. Of more than 200 in a second the newest are
     * shown.
     * @throws ApigateError with the reason for which the server ended it
     */
    tail: (input: TailUsageInput = {}): AsyncGenerator<UsageEvent> => tail(transport, input),
    /** Why a request was refused: the rules in the order in which they were looked at. */
    explain: (requestId: string): Promise<RefusalExplanation> =>
      transport.query('usage.explain', { request: requestId }),
    /** Counts up to 1,000 events of your own as usage; one that was sent before counts no second time. */
    meter: (events: readonly MeterEvent[]): Promise<MeteredEvents> =>
      transport.mutate('usage.meter', { events }),
  };
}

async function* tail(transport: Transport, input: TailUsageInput): AsyncGenerator<UsageEvent> {
  for await (const { name, data } of eventsIn(
    transport.download(`/v1/usage/tail${queryOf(input)}`),
  )) {
    const fields = JSON.parse(data);
    if (name === 'request') {
      // The cast: the server has parsed it with the schema that the type comes from.
      const event = camelCased(fields) as UsageEvent;
      yield { ...event, at: new Date(event.at) };
    } else if (name === 'end') throw new ApigateError(fields.code, fields.detail);
  }
}
