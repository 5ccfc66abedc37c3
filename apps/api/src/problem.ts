import type { ErrorCode, Problem } from '@apigate/contract';
import type { Response } from 'express';
import { requestIdOf } from './context.ts';

/** Answers with problem details (RFC 9457). */
export function sendProblem(res: Response, status: number, code: ErrorCode, detail: string): void {
  const body: Problem = {
    type: 'about:blank',
    title: code.replaceAll('_', ' '),
    status,
    detail,
    code,
    request_id: requestIdOf(res),
  };
  res.status(status).type('application/problem+json').send(JSON.stringify(body));
}
