import type { Parsed } from '@apigate/contract';
import type { Router } from 'express';
import type { z } from 'zod';
import { callContext, createContext, traceOf, type ApiContext, type ApiDeps } from '../context.ts';
import { refuseOtherTypes } from '../json-only.ts';
import { sendProblem } from '../problem.ts';
import { recordRefusal } from '../record-refusal.ts';
import { statusOf, tell, validationError } from '../tell.ts';
import { toCamelCase, toSnakeCase } from './snake-case.ts';

/**
 * Adds a POST path: its body is parsed by the contract's schema, its answer is JSON, both with snake_case names.
 *
 * @param status of a success.
 */
export function post<Schema extends z.ZodType>(
  routes: Router,
  deps: ApiDeps,
  path: string,
  schema: Schema,
  status: number,
  work: (ctx: ApiContext, input: Parsed<Schema>) => Promise<object>,
): void {
  routes.post(path, async (req, res) => {
    const request = createContext(deps, req, res);
    try {
      refuseOtherTypes(req);
      const body: unknown = req.body;
      const parsed = schema.safeParse(toCamelCase(body ?? {}));
      if (!parsed.success) throw validationError(parsed.error);
      const ctx = { ...request, ...callContext(request, await request.identify()) };
      const answer = await work(ctx, parsed.data).catch(async (error: unknown) => {
        await recordRefusal(request, ctx, error, path);
        throw error;
      });
      res.status(status).json(toSnakeCase(answer));
    } catch (error) {
      const told = tell(error);
      if (told.code === 'internal_error') {
        const request_id = request.requestId;
        deps.log.error({ event: 'call_failed', request_id, ...traceOf(req), path, err: error });
      }
      sendProblem(res, statusOf(told.code), told.code, told.message, told.errors);
    }
  });
}
