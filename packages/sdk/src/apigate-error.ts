import type { ErrorCode, FieldError } from './types.ts';

/** Why a call failed: the server's reason, or one that only a client can see. */
export type ApigateErrorCode =
  | ErrorCode
  | 'network_error'
  | 'timeout'
  | 'aborted'
  | 'invalid_signature';

/** What an `ApigateError` knows beside its code and message. */
export interface ApigateErrorDetails {
  /** HTTP status of the answer, where there was one. */
  status?: number | undefined;
  /** Names this call in the server's log. */
  requestId?: string | undefined;
  errors?: FieldError[] | undefined;
  cause?: unknown;
}

/** The one error that calls and checks throw. `code` is for programs, `message` for people. */
export class ApigateError extends Error {
  override readonly name = 'ApigateError';
  readonly code: ApigateErrorCode;
  /** HTTP status of the answer, where there was one. */
  readonly status: number | undefined;
  /** Names this call in the server's log, where the server was reached. */
  readonly requestId: string | undefined;
  /** The faults of single fields; empty where the input was not the reason. */
  readonly errors: FieldError[];

  constructor(code: ApigateErrorCode, message: string, details: ApigateErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : {});
    this.code = code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.errors = details.errors ?? [];
  }
}
