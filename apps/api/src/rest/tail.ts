import { usageEvent, type Parsed, type tailUsageInput } from '@apigate/contract';
import { DomainError, tailUsage, type TailLook } from '@apigate/domain';
import { callContext, createContext, type ApiContext, type ApiDeps } from '../context.ts';
import { tell } from '../tell.ts';
import { StreamedAnswer } from './operation.ts';
import { toWire } from './wire.ts';

const pauseMs = 1_000;
/** Tails of one process: each asks the database once a second. */
const tailsMax = 50;
/** Looks without news after which something is sent, so that nobody in between takes the line for dead. */
const silentLooksMax = 15;

const openTails = new WeakMap<ApiDeps, number>();

/**
 * Requests as they come, as server-sent events: `request` with one request, `gap` where there were more than are shown,
 * `end` with the reason once the caller may not look any more. Whoever calls is looked up anew each second.
 *
 * @throws DomainError overloaded when too many are looking
 */
export async function tailAnswer(
  { deps, req, res }: ApiContext,
  input: Parsed<typeof tailUsageInput>,
): Promise<StreamedAnswer> {
  const open = openTails.get(deps) ?? 0;
  if (open >= tailsMax) {
    throw new DomainError(
      'overloaded',
      `${tailsMax} others are watching requests. Try again later.`,
    );
  }
  const gone = new AbortController();
  const looks = tailUsage(input, {
    context: async () => {
      const request = createContext(deps, req, res);
      return callContext(request, await request.identify());
    },
    pauseMs,
    signal: deps.closing === undefined ? gone.signal : AbortSignal.any([gone.signal, deps.closing]),
  });
  // The first look is made before the answer begins, so that a refusal is an answer like any other.
  const first = await looks.next();
  openTails.set(deps, (openTails.get(deps) ?? 0) + 1);
  res.once('close', () => {
    gone.abort();
    openTails.set(deps, (openTails.get(deps) ?? 1) - 1);
  });
  return new StreamedAnswer('text/event-stream', textOf(first.value, looks));
}

async function* textOf(
  first: TailLook | undefined,
  looks: AsyncGenerator<TailLook>,
): AsyncGenerator<string> {
  yield ': watching\n\n';
  let silent = 0;
  try {
    for await (const look of first === undefined ? [] : looks) {
      const text = [
        ...(look.hasGap ? ['event: gap\ndata: {}\n\n'] : []),
        ...look.events.map(
          (event) => `event: request\ndata: ${JSON.stringify(toWire(usageEvent, event))}\n\n`,
        ),
      ].join('');
      silent = text === '' ? silent + 1 : 0;
      if (text !== '') yield text;
      else if (silent % silentLooksMax === 0) yield ': watching\n\n';
    }
  } catch (error) {
    const { code, message } = tell(error);
    yield `event: end\ndata: ${JSON.stringify({ code, detail: message })}\n\n`;
  }
}
