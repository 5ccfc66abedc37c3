import type { ErrorCode, FieldError } from '@apigate/contract';
import { DomainError, isDatabaseDown } from '@apigate/domain';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { z } from 'zod';

type TrpcCode = TRPCError['code'];

/** How each reason travels over tRPC, which makes the HTTP status of it. */
export const trpcCodeOf = {
  bad_request: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHORIZED',
  invalid_credentials: 'UNAUTHORIZED',
  invalid_refresh_token: 'UNAUTHORIZED',
  second_factor_required: 'UNAUTHORIZED',
  second_factor_enrolment_required: 'FORBIDDEN',
  invalid_link: 'BAD_REQUEST',
  registration_closed: 'FORBIDDEN',
  setup_done: 'CONFLICT',
  too_many_requests: 'TOO_MANY_REQUESTS',
  user_suspended: 'FORBIDDEN',
  second_factor_on: 'CONFLICT',
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
  plan_change_closed: 'FORBIDDEN',
  plan_not_free: 'FORBIDDEN',
  upstream_in_use: 'CONFLICT',
  key_limit_reached: 'CONFLICT',
  key_revoked: 'CONFLICT',
  key_expired: 'CONFLICT',
  key_id_taken: 'CONFLICT',
  rotation_under_way: 'CONFLICT',
  no_rotation: 'CONFLICT',
  self_change_refused: 'FORBIDDEN',
  last_admin: 'CONFLICT',
  cross_site_request: 'FORBIDDEN',
  method_not_allowed: 'METHOD_NOT_SUPPORTED',
  precondition_failed: 'PRECONDITION_FAILED',
  idempotency_key_in_use: 'CONFLICT',
  idempotency_key_reused: 'UNPROCESSABLE_CONTENT',
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

export interface Told {
  code: ErrorCode;
  message: string;
  errors?: readonly FieldError[];
}

/** The HTTP status of a reason. */
export function statusOf(code: ErrorCode): number {
  return getHTTPStatusCodeFromError(new TRPCError({ code: trpcCodeOf[code] }));
}

/** What is said of an input that the contract refuses: the first fault as the message, all of them as a list. */
export function validationError(error: z.ZodError): DomainError {
  const errors = error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  const first = errors[0];
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `;
  return new DomainError('bad_request', `${where}${first?.message ?? 'is not valid'}`, { errors });
}

/** What a caller may know of an error. Only what we threw on purpose keeps its own words. */
export function tell(error: unknown): Told {
  const cause = error instanceof TRPCError ? error.cause : error;
  if (cause instanceof DomainError) {
    const { code, message, errors } = cause;
    return errors === undefined ? { code, message } : { code, message, errors };
  }
  if (isDatabaseDown(cause)) {
    return { code: 'not_ready', message: 'The database does not answer. Try again in a moment.' };
  }
  const trpcCode = error instanceof TRPCError ? error.code : 'INTERNAL_SERVER_ERROR';
  if (trpcCode === 'BAD_REQUEST' && cause instanceof z.ZodError) {
    return tell(validationError(cause));
  }
  const [code, message] = codeOfTrpc[trpcCode] ?? [
    'internal_error' as const,
    'This failed on our side, and it is logged. Try again; if it stays, tell the operator the request id.',
  ];
  return { code, message };
}
