import type { ServerResponse } from 'node:http';
import { usageLook, type Parsed, type tailUsageInput, type UsageLook } from '@apigate/contract';
import { DomainError, type TailLook } from '@apigate/domain';
import type { ApiContext } from './context.ts';
import { openTail } from './open-tail.ts';
import { trpcErrorOf } from './trpc.ts';

/**
 * Requests as they come, for a subscription: an empty look when it begins to watch, then each second what is new.
 *
 * @throws DomainError overloaded when too many are looking
 */
export async function watchUsage(
  ctx: ApiContext,
  input: Parsed<typeof tailUsageInput>,
): Promise<AsyncGenerator<UsageLook, void>> {
  return newsOf(await openTail(ctx, input), ctx.res);
}

async function* newsOf(
  looks: AsyncGenerator<TailLook>,
  res: ServerResponse,
): AsyncGenerator<UsageLook, void> {
  yield { events: [], hasGap: false };
  try {
    for await (const look of looks) {
      if (look.events.length > 0 || look.hasGap) yield usageLook.parse(look);
    }
    // An end would be final to the client; after this it comes back.
    throw new DomainError('not_ready', 'The server is leaving. Come back in a moment.');
  } catch (error) {
    // Nobody hears what is thrown after the client has gone, and what nobody hears ends the process.
    if (!res.closed) throw trpcErrorOf(error);
  }
}
