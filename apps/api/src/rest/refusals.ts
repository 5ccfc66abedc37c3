import type { ErrorCode } from '@apigate/contract';
import { takesIdempotencyKey, takesIfMatch } from './conditions.ts';
import type { Operation } from './operation.ts';

/** Why an operation may be refused, by the name of the component that describes it. */
export const refusals = {
  400: [
    'BadRequest',
    'The request is not well formed: `errors` names every fault.',
    'bad_request',
    'limit: Too big: expected number to be <=200',
  ],
  401: [
    'Unauthenticated',
    'Nobody, or nobody any more, is behind the credentials.',
    'unauthenticated',
    'Sign in first.',
  ],
  403: ['Forbidden', 'The caller may not do this.', 'forbidden', 'You may not do this.'],
  404: [
    'NotFound',
    'There is no such thing, or none that the caller may know of.',
    'not_found',
    'There is no such user.',
  ],
  405: [
    'MethodNotAllowed',
    'The address takes other methods.',
    'method_not_allowed',
    'This address takes GET, HEAD, not PUT.',
  ],
  409: [
    'Conflict',
    'What is there already forbids it.',
    'email_taken',
    'Another user has this address.',
  ],
  412: [
    'PreconditionFailed',
    'The object is in another version than `If-Match` demands.',
    'precondition_failed',
    'This was changed since you read it. Read it again, then repeat your change.',
  ],
  413: ['PayloadTooLarge', 'The body is too large.', 'payload_too_large', 'The body is too large.'],
  415: [
    'UnsupportedMediaType',
    'The body is of another type.',
    'unsupported_media_type',
    'The body must be application/json.',
  ],
  422: [
    'IdempotencyKeyReused',
    'The `Idempotency-Key` was used for another request.',
    'idempotency_key_reused',
    'This idempotency key was used for another request. Take a new key for a new request.',
  ],
  429: [
    'TooManyRequests',
    'This was tried too often.',
    'too_many_requests',
    'Too many attempts. Try again in 60 s.',
  ],
  500: [
    'InternalError',
    'It failed on our side, and is logged under the request id.',
    'internal_error',
    'This failed on our side, and it is logged. Try again; if it stays, tell the operator the request id.',
  ],
  503: [
    'NotReady',
    'The database does not answer, or there is too much to do.',
    'not_ready',
    'The database does not answer. Try again in a moment.',
  ],
} as const satisfies Record<number, readonly [string, string, ErrorCode, string]>;
type Status = keyof typeof refusals;

/** @returns the statuses with which an operation may be refused. */
export function refusalsOf(operation: Operation, hasBody: boolean): Status[] {
  const { method, isOpen = false } = operation;
  return [
    400,
    401,
    403,
    ...(isOpen ? [] : [404 as const]),
    ...(method === 'GET' ? [] : [409 as const]),
    ...(takesIfMatch(operation) ? [412 as const] : []),
    ...(hasBody ? [413 as const, 415 as const] : []),
    ...(takesIdempotencyKey(operation) ? [422 as const] : []),
    ...(isOpen ? [429 as const] : []),
    500,
    503,
  ];
}
