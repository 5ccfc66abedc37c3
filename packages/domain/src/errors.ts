import type { ErrorCode, FieldError } from '@apigate/contract';

/**
 * The one error that domain code throws on purpose. `message` is safe to show to the caller; what is for our log alone
 * goes into `cause`.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[] | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; errors?: readonly FieldError[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.errors = options.errors;
  }
}
