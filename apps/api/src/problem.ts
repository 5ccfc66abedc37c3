import { STATUS_CODES } from 'node:http';
import type { ErrorCode, FieldError, Problem } from '@apigate/contract';
import type { Response } from 'express';
import { requestIdOf } from './context.ts';

/** Answers with problem details (RFC 9457). */
export function sendProblem(
  res: Response,
  status: number,
  code: ErrorCode,
  detail: string,
  errors?: readonly FieldError[],
): void {
  const body: Problem & { errors?: readonly FieldError[] } = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    request_id: requestIdOf(res),
    ...(errors === undefined ? {} : { errors }),
  };
  res.status(status).type('application/problem+json').send(JSON.stringify(body));
}
