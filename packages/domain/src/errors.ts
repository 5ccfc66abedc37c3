import type { ErrorCode, FieldError } from '@apigate/contract';

const refusals: ReadonlySet<ErrorCode> = new Set([
  'forbidden',
  'second_factor_enrolment_required',
] as const);

/**
 * The one error that domain code throws on purpose. `message` is safe to show to the caller; what is for our log alone
 * goes into `cause`.
 */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[] | undefined;
  /** Whether the policy said no, even where the caller is told that there is no such thing. */
  readonly isRefusal: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; errors?: readonly FieldError[]; isRefusal?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.errors = options.errors;
    this.isRefusal = options.isRefusal ?? refusals.has(code);
  }
}
