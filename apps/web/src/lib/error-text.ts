import { TRPCClientError } from '@trpc/client';
import type { ErrorCode, ErrorData } from '@apigate/contract';

interface ErrorText {
  /** One sentence: what happened. */
  what: string;
  /** One sentence: what to do. */
  next: string;
}

const errorText = {
  bad_request: {
    what: 'The server could not accept what was entered.',
    next: 'Look at the marked fields and try again.',
  },
  unauthenticated: {
    what: 'You are signed out.',
    next: 'Sign in again to go on where you were.',
  },
  invalid_credentials: {
    what: 'This e-mail address and password do not belong together.',
    next: 'Check both and try again.',
  },
  invalid_refresh_token: {
    what: 'Your session has ended.',
    next: 'Sign in again to go on where you were.',
  },
  second_factor_required: {
    what: 'This account has a second factor.',
    next: 'Enter a code of your authenticator app, or a recovery code.',
  },
  second_factor_enrolment_required: {
    what: 'Admins need a second factor here before they can do anything else.',
    next: 'Set one up on the security page of your portal.',
  },
  second_factor_on: {
    what: 'This account has a second factor already.',
    next: 'Remove it first, then set up another.',
  },
  invalid_link: {
    what: 'This link is not good any more: it was used before, is too old, or was cut short.',
    next: 'Open the newest mail, or ask for a new link.',
  },
  registration_closed: {
    what: 'Nobody can sign up here by themselves.',
    next: 'Ask the people who run this API for an account.',
  },
  setup_done: {
    what: 'There is an admin already.',
    next: 'Sign in, or ask an admin for an invitation.',
  },
  too_many_requests: {
    what: 'This was tried too often.',
    next: 'Wait a few minutes and try again.',
  },
  user_suspended: {
    what: 'This account is suspended.',
    next: 'Ask the people who run this API to activate it.',
  },
  forbidden: {
    what: 'Your role does not allow this.',
    next: 'Ask an admin to do it or to change your role.',
  },
  not_found: {
    what: 'This does not exist, or no longer does.',
    next: 'Go back to the list and look again.',
  },
  email_taken: {
    what: 'A user with this e-mail address exists already.',
    next: 'Use another address, or open that user.',
  },
  username_taken: {
    what: 'A user with this username exists already.',
    next: 'Choose another username.',
  },
  external_id_taken: {
    what: 'A user with this external id exists already.',
    next: 'Use another external id, or open that user.',
  },
  slug_taken: {
    what: 'This short name is in use.',
    next: 'Choose another one.',
  },
  name_taken: {
    what: 'This name is in use.',
    next: 'Choose another name.',
  },
  plan_in_use: {
    what: 'Users are on this plan, so it cannot be deleted.',
    next: 'Move them to another plan first.',
  },
  plan_disabled: {
    what: 'This plan is switched off.',
    next: 'Choose another plan, or switch it on.',
  },
  plan_is_default: {
    what: 'This is the default plan, and there must be one.',
    next: 'Make another plan the default first.',
  },
  plan_change_closed: {
    what: 'Nobody changes plans here by themselves.',
    next: 'Ask the people who run this API for another plan.',
  },
  plan_not_free: {
    what: 'One of the two plans costs money, so this change is agreed with people.',
    next: 'Ask the people who run this API for it.',
  },
  upstream_in_use: {
    what: 'Routes lead to this upstream, so it cannot be deleted.',
    next: 'Point them somewhere else first.',
  },
  key_limit_reached: {
    what: 'This account has as many keys as it may hold.',
    next: 'Revoke a key that is no longer used, then create this one.',
  },
  key_revoked: {
    what: 'This key is revoked, which is final.',
    next: 'Create a new key.',
  },
  key_expired: {
    what: 'This key has expired.',
    next: 'Create a new key.',
  },
  key_id_taken: {
    what: 'Another credential has this key id.',
    next: 'Choose another one.',
  },
  rotation_under_way: {
    what: 'This key is part of a rotation.',
    next: 'Finish or cancel that rotation first.',
  },
  no_rotation: {
    what: 'No rotation of this key is under way any more.',
    next: 'Look at the list of keys again.',
  },
  self_change_refused: {
    what: 'Nobody can do this to their own account.',
    next: 'Ask another admin.',
  },
  last_admin: {
    what: 'This is the last active admin.',
    next: 'Make someone else an admin first.',
  },
  cross_site_request: {
    what: 'The request did not come from this site, so it was refused.',
    next: 'Open this page at its own address and try again.',
  },
  method_not_allowed: {
    what: 'The server cannot do that with this address.',
    next: 'Reload the page and try again.',
  },
  precondition_failed: {
    what: 'Somebody else changed this in the meantime.',
    next: 'Reload, look at what changed, and try again.',
  },
  idempotency_key_in_use: {
    what: 'The same request is being worked on already.',
    next: 'Wait a few seconds and try again.',
  },
  idempotency_key_reused: {
    what: 'Another request was sent under the same idempotency key.',
    next: 'Try again with a new one.',
  },
  payload_too_large: {
    what: 'This is more than the server takes at once.',
    next: 'Send less.',
  },
  unsupported_media_type: {
    what: 'The server does not read this kind of content.',
    next: 'Reload the page and try again.',
  },
  overloaded: {
    what: 'The server has too much to do right now.',
    next: 'Wait a few seconds and try again.',
  },
  not_ready: {
    what: 'The server is starting.',
    next: 'Wait a few seconds and try again.',
  },
  internal_error: {
    what: 'The server failed to do this, and it is not your mistake.',
    next: 'Try again; if it stays so, send us the code below.',
  },
} as const satisfies Record<ErrorCode, ErrorText>;

const unreachable: ErrorText = {
  what: 'The server did not answer.',
  next: 'Check your connection and try again.',
};

const unexpected: ErrorText = {
  what: 'This page made a mistake.',
  next: 'Reload it; if it stays so, tell us what you did just before.',
};

export interface ProblemText extends ErrorText {
  code?: string;
  requestId?: string;
}

/** What to tell people about an error: ours by its code, a silent server, or a fault of this page. */
export function problemText(error: unknown): ProblemText {
  const data = errorDataOf(error);
  if (data) return { ...errorText[data.code], code: data.code, requestId: data.requestId };
  return error instanceof TRPCClientError || !navigator.onLine ? unreachable : unexpected;
}

/** The messages about single fields, by the path of the field. */
export function fieldErrors(error: unknown): Record<string, string> {
  const faults = errorDataOf(error)?.errors ?? [];
  return Object.fromEntries(
    faults.filter(({ path }) => path !== '').map(({ path, message }) => [path, message]),
  );
}

export function errorCodeOf(error: unknown): ErrorCode | undefined {
  return errorDataOf(error)?.code;
}

function errorDataOf(error: unknown): ErrorData | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  const data: unknown = error.data;
  return isErrorData(data) ? data : undefined;
}

function isErrorData(data: unknown): data is ErrorData {
  return (
    typeof data === 'object' &&
    data !== null &&
    'code' in data &&
    typeof data.code === 'string' &&
    Object.hasOwn(errorText, data.code)
  );
}
