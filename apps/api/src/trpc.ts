import type { ErrorData } from '@apigate/contract';
import { DomainError } from '@apigate/domain';
import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { callContext, traceOf, type RequestContext } from './context.ts';
import { refuseOtherTypes } from './json-only.ts';
import { recordRefusal } from './record-refusal.ts';
import { tell, trpcCodeOf } from './tell.ts';

/** On lines of subscriptions, so that nobody in between takes one for dead and the client notices one that is. */
const pingMs = 10_000;

const t = initTRPC.context<RequestContext>().create({
  transformer: superjson,
  sse: {
    ping: { enabled: true, intervalMs: pingMs },
    client: { reconnectAfterInactivityMs: 3 * pingMs },
  },
  errorFormatter({ shape, error, ctx, path }) {
    const told = tell(error);
    const requestId = ctx?.requestId ?? '';
    if (told.code === 'internal_error') {
      ctx?.deps.log.error({
        event: 'call_failed',
        request_id: requestId,
        ...traceOf(ctx.req),
        path,
        err: error.cause ?? error,
      });
    }
    const data: ErrorData & { httpStatus: number } = {
      code: told.code,
      requestId,
      httpStatus: shape.data.httpStatus,
      ...(told.errors === undefined ? {} : { errors: [...told.errors] }),
    };
    return { code: shape.code, message: told.message, data };
  },
});

/** Gives what a procedure throws its HTTP status. */
const mapErrors = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  throw trpcErrorOf(result.error, result.error.cause);
});

/** An error of a procedure as tRPC sends it. */
export function trpcErrorOf(error: unknown, cause: unknown = error): TRPCError {
  const { code, message } = tell(error);
  return new TRPCError({ code: trpcCodeOf[code], message, cause });
}

/** tRPC itself would take forms and bytes, which pages of others can send without asking. */
const takeJsonOnly = t.middleware(({ ctx, next }) => {
  refuseOtherTypes(ctx.req);
  return next();
});

/** Finds out who calls; what they are refused is in the audit log before they are told. */
const identifyCaller = t.middleware(async ({ ctx, next, path }) => {
  const call = callContext(ctx, await ctx.identify());
  const result = await next({ ctx: call });
  if (!result.ok) await recordRefusal(ctx, call, result.error.cause, path);
  return result;
});

export const { router } = t;

/** For everybody, signed in or not. */
export const publicProcedure = t.procedure.use(mapErrors).use(takeJsonOnly).use(identifyCaller);

/** For whoever is known; what they may do is the domain's policy. */
export const protectedProcedure = publicProcedure.use(({ ctx, next }) => {
  if (ctx.actor.kind === 'anonymous') throw new DomainError('unauthenticated', 'Sign in first.');
  return next();
});
