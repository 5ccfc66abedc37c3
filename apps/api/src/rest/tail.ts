import { usageEvent, type Parsed, type tailUsageInput } from '@apigate/contract';
import type { TailLook } from '@apigate/domain';
import type { ApiContext } from '../context.ts';
import { openTail } from '../open-tail.ts';
import { tell } from '../tell.ts';
import { eventText } from './event-text.ts';
import { StreamedAnswer } from './operation.ts';
import { toWire } from './wire.ts';

/** Looks without news after which something is sent, so that nobody in between takes the line for dead. */
const silentLooksMax = 15;

/**
 * Requests as they come, as server-sent events: `request` with one request, `gap` where there were more than are shown,
 * `end` with the reason once the caller may not look any more.
 *
 * @throws DomainError overloaded when too many are looking
 */
export async function tailAnswer(
  ctx: ApiContext,
  input: Parsed<typeof tailUsageInput>,
): Promise<StreamedAnswer> {
  return new StreamedAnswer('text/event-stream', textOf(await openTail(ctx, input)));
}

async function* textOf(looks: AsyncGenerator<TailLook>): AsyncGenerator<string> {
  yield ': watching\n\n';
  let silent = 0;
  try {
    for await (const look of looks) {
      const text = [
        ...(look.hasGap ? [eventText('gap', {})] : []),
        ...look.events.map((event) => eventText('request', toWire(usageEvent, event))),
      ].join('');
      silent = text === '' ? silent + 1 : 0;
      if (text !== '') yield text;
      else if (silent % silentLooksMax === 0) yield ': watching\n\n';
    }
  } catch (error) {
    const { code, message } = tell(error);
    yield eventText('end', { code, detail: message });
  }
}
