import { STATUS_CODES } from 'node:http';
import type { ErrorCode, FieldError, Problem } from '@apigate/contract';
import type { Response } from 'express';
import { requestIdOf } from './context.ts';

type AboutProblem = [
  status: number,
  code: ErrorCode,
  detail: string,
  errors?: readonly FieldError[],
];

/** Problem details (RFC 9457). */
export function problemOf(
  res: Response,
  ...[status, code, detail, errors]: AboutProblem
): Problem & { errors?: readonly FieldError[] } {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    request_id: requestIdOf(res),
    ...(errors === undefined ? {} : { errors }),
  };
}

/** Answers with problem details. */
export function sendProblem(res: Response, ...about: AboutProblem): void {
  const problem = problemOf(res, ...about);
  res.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
