import type { Parsed, tailUsageInput } from '@apigate/contract';
import { DomainError, tailUsage, type TailLook } from '@apigate/domain';
import { callContext, createContext, type ApiContext, type ApiDeps } from './context.ts';

const pauseMs = 1_000;
/** Tails of one process: each asks the database once a second. */
const tailsMax = 50;

const openTails = new WeakMap<ApiDeps, number>();

/**
 * Requests as they come, until whoever asked is gone, the process leaves, or the caller may not look any more. Who calls
 * is looked up anew for each look.
 *
 * @returns after the first look, so that a refusal is an answer like any other
 * @throws DomainError overloaded when too many are looking; not_found, forbidden
 */
export async function openTail(
  { deps, req, res }: ApiContext,
  input: Parsed<typeof tailUsageInput>,
): Promise<AsyncGenerator<TailLook>> {
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
  await looks.next();
  openTails.set(deps, (openTails.get(deps) ?? 0) + 1);
  res.once('close', () => {
    gone.abort();
    openTails.set(deps, (openTails.get(deps) ?? 1) - 1);
  });
  return looks;
}
