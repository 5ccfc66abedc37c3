import type { ErrorCode, ErrorData, FieldError } from '@apigate/contract';
import { DomainError, isDatabaseDown } from '@apigate/domain';
import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { z } from 'zod';
import { callContext, type RequestContext } from './context.ts';

type TrpcCode = TRPCError['code'];

/** How each reason travels over tRPC, which makes the HTTP status of it. */
const trpcCodeOf = {
  bad_request: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  invalid_credentials: 'UNAUTHORIZED',
  invalid_refresh_token: 'UNAUTHORIZED',
  user_suspended: 'FORBIDDEN',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  email_taken: 'CONFLICT',
  username_taken: 'CONFLICT',
  external_id_taken: 'CONFLICT',
  slug_taken: 'CONFLICT',
  name_taken: 'CONFLICT',
  plan_in_use: 'CONFLICT',
  plan_disabled: 'CONFLICT',
  plan_is_default: 'CONFLICT',
  upstream_in_use: 'CONFLICT',
  key_limit_reached: 'CONFLICT',
  key_revoked: 'CONFLICT',
  self_change_refused: 'FORBIDDEN',
  last_admin: 'CONFLICT',
  cross_site_request: 'FORBIDDEN',
  payload_too_large: 'PAYLOAD_TOO_LARGE',
  unsupported_media_type: 'UNSUPPORTED_MEDIA_TYPE',
  overloaded: 'SERVICE_UNAVAILABLE',
  not_ready: 'SERVICE_UNAVAILABLE',
  internal_error: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<ErrorCode, TrpcCode>;

/** What is said of errors that tRPC itself raises before a procedure runs. */
const codeOfTrpc: Partial<Record<TrpcCode, readonly [ErrorCode, string]>> = {
  PARSE_ERROR: ['bad_request', 'The body is not JSON.'],
  BAD_REQUEST: ['bad_request', 'The call is not well formed.'],
  NOT_FOUND: ['not_found', 'There is no such procedure.'],
  METHOD_NOT_SUPPORTED: ['bad_request', 'This procedure wants another HTTP method.'],
  PAYLOAD_TOO_LARGE: ['payload_too_large', 'The body is too large.'],
  UNSUPPORTED_MEDIA_TYPE: ['unsupported_media_type', 'The body must be application/json.'],
};

interface Told {
  code: ErrorCode;
  message: string;
  errors?: readonly FieldError[];
}

/** What a caller may know of an error. Only what we threw on purpose keeps its own words. */
function tell(error: TRPCError): Told {
  const { cause } = error;
  if (cause instanceof DomainError) {
    const { code, message, errors } = cause;
    return errors === undefined ? { code, message } : { code, message, errors };
  }
  if (isDatabaseDown(cause)) {
    return { code: 'not_ready', message: 'The database does not answer. Try again in a moment.' };
  }
  if (error.code === 'BAD_REQUEST' && cause instanceof z.ZodError) {
    const errors = cause.issues.map((issue) => ({
      path: issue.path.map(String).join('.'),
      message: issue.message,
    }));
    const first = errors[0];
    const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
    return { code: 'bad_request', message: `${where}${first?.message ?? 'is not valid'}`, errors };
  }
  const [code, message] = codeOfTrpc[error.code] ?? [
    'internal_error' as const,
    'This failed on our side, and it is logged. Try again; if it stays, tell the operator the request id.',
  ];
  return { code, message };
}

const t = initTRPC.context<RequestContext>().create({
  transformer: superjson,
  errorFormatter({ shape, error, ctx, path }) {
    const told = tell(error);
    const requestId = ctx?.requestId ?? '';
    if (told.code === 'internal_error') {
      ctx?.deps.log.error({ event: 'call_failed', requestId, path, err: error.cause ?? error });
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
  const { code, message } = tell(result.error);
  throw new TRPCError({ code: trpcCodeOf[code], message, cause: result.error.cause });
});

const identifyCaller = t.middleware(async ({ ctx, next }) =>
  next({ ctx: callContext(ctx, await ctx.identify()) }),
);

export const { router } = t;

/** For everybody, signed in or not. */
export const publicProcedure = t.procedure.use(mapErrors).use(identifyCaller);

/** For whoever is known; what they may do is the domain's policy. */
export const protectedProcedure = publicProcedure.use(({ ctx, next }) => {
  if (ctx.actor.kind === 'anonymous') throw new DomainError('unauthenticated', 'Sign in first.');
  return next();
});
