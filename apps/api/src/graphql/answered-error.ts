import type { ErrorCode } from '@apigate/contract';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { traceOf, type RequestContext } from '../context.ts';
import { tell } from '../tell.ts';

/** An error as it is answered: the contract's code, and nothing of our inside. What is our fault is logged. */
export function answeredError(
  request: RequestContext,
  error: unknown,
): GraphQLFormattedError & { extensions: { code: ErrorCode } } {
  const { locations, path } = error instanceof GraphQLError ? error.toJSON() : {};
  const { code, message, errors } = isCallersFault(error)
    ? { code: 'bad_request' as const, message: error.message, errors: undefined }
    : tell(error instanceof GraphQLError ? error.originalError : error);
  if (code === 'internal_error') {
    request.deps.log.error({
      event: 'call_failed',
      request_id: request.requestId,
      ...traceOf(request.req),
      path: path?.join('.'),
      err: error,
    });
  }
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: {
      code,
      ...(errors === undefined ? {} : { errors }),
      request_id: request.requestId,
    },
  };
}

/** Whether GraphQL itself refused a document, its variables or an argument; not so an answer of ours. */
function isCallersFault(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError)) return false;
  const { path, originalError } = error;
  const isBeforeExecution = path === undefined;
  const isOfArgument = originalError instanceof GraphQLError && originalError.nodes !== undefined;
  return isBeforeExecution || isOfArgument;
}
