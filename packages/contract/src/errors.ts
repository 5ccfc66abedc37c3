import { z } from 'zod';

/** Every reason for which the control plane refuses a call. One list for tRPC, REST, GraphQL, CLI and SDK. */
export const errorCodes = [
  'bad_request',
  'unauthenticated',
  'invalid_credentials',
  'invalid_refresh_token',
  'second_factor_required',
  'second_factor_enrolment_required',
  'invalid_link',
  'registration_closed',
  'setup_done',
  'too_many_requests',
  'user_suspended',
  'second_factor_on',
  'forbidden',
  'not_found',
  'email_taken',
  'username_taken',
  'external_id_taken',
  'slug_taken',
  'name_taken',
  'plan_in_use',
  'plan_disabled',
  'plan_is_default',
  'plan_change_closed',
  'plan_not_free',
  'upstream_in_use',
  'key_limit_reached',
  'key_revoked',
  'key_expired',
  'key_id_taken',
  'rotation_under_way',
  'no_rotation',
  'self_change_refused',
  'last_admin',
  'cross_site_request',
  'method_not_allowed',
  'precondition_failed',
  'idempotency_key_in_use',
  'idempotency_key_reused',
  'payload_too_large',
  'unsupported_media_type',
  'overloaded',
  'not_ready',
  'internal_error',
] as const;

export const errorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCode>;

/** One fault in an input: `path` is dotted (`metadata.company`), empty for the input as a whole. */
export const fieldError = z.object({ path: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldError>;

/** What a failed tRPC call carries in `error.data`, beside tRPC's own fields. */
export const errorData = z.object({
  code: errorCode,
  requestId: z.string(),
  errors: z.array(fieldError).optional(),
});
export type ErrorData = z.infer<typeof errorData>;
