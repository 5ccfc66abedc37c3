import { DomainError, recordAudit, settleInMs, type DomainContext } from '@apigate/domain';
import { traceOf, type RequestContext } from './context.ts';

/** For longer than a record takes to be written. */
const notFoundMs = 25;

/**
 * Puts a refusal of the policy into the audit log, and comes back when it is there: no answer leaves before its record.
 * Where the caller is told that there is no such thing, it takes as long whether there is one or not.
 *
 * @param error what the call failed with.
 * @param procedure what was called.
 * @throws Error when the record cannot be written; then the caller learns nothing of the refusal either
 */
export async function recordRefusal(
  { deps, req }: Pick<RequestContext, 'deps' | 'req'>,
  ctx: DomainContext,
  error: unknown,
  procedure: string,
): Promise<void> {
  if (!(error instanceof DomainError)) return;
  const recorded = error.isRefusal ? write(ctx, procedure) : Promise.resolve();
  try {
    await (error.code === 'not_found' ? settleInMs(notFoundMs, recorded) : recorded);
  } catch (failure) {
    deps.log.error({
      event: 'refusal_not_recorded',
      request_id: ctx.origin?.requestId,
      ...traceOf(req),
      procedure,
      err: failure,
    });
    throw failure;
  }
}

function write(ctx: DomainContext, procedure: string): Promise<void> {
  return ctx.em.fork().transactional((em) =>
    recordAudit(ctx, em, {
      action: 'access.refused',
      target: { kind: 'procedure', id: procedure, label: procedure },
    }),
  );
}
