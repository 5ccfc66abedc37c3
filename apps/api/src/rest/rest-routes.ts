import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { answerOnce, DomainError } from '@apigate/domain';
import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import { createContext, traceOf, type ApiDeps, type RequestContext } from '../context.ts';
import { refuseOtherTypes } from '../json-only.ts';
import { sendProblem } from '../problem.ts';
import { statusOf, tell } from '../tell.ts';
import { entityTag, idempotencyKey, location, preconditions } from './conditions.ts';
import { StreamedAnswer, type Operation } from './operation.ts';
import { operations } from './operations/index.ts';
import { readInput } from './read-input.ts';
import { toWire, wirePath } from './wire.ts';

const usualBodyBytesMax = 256 * 1024;

/** Every operation of the table at its address. */
export function restRoutes(deps: ApiDeps): Router {
  const routes = Router();
  for (const operation of operations.toSorted(literalsFirst)) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const method = operation.method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';
    const { consumes, bodyBytesMax: limit = usualBodyBytesMax } = operation;
    const readers: RequestHandler[] =
      consumes === undefined ? [express.json({ limit, inflate: false })] : [];
    routes[method](path, ...readers, (req, res) => answer(deps, operation, req, res));
  }
  return routes;
}

/** `/users/import` is not the user called import. */
function literalsFirst(a: Operation, b: Operation): number {
  return a.path.replaceAll('{', '~') < b.path.replaceAll('{', '~') ? -1 : 1;
}

async function answer(
  deps: ApiDeps,
  operation: Operation,
  req: Request,
  res: Response,
): Promise<void> {
  const request = createContext(deps, req, res);
  try {
    refuseOtherTypes(req, operation.consumes);
    const input = readInput(operation, req);
    const conditional = { ...request, ...preconditions(operation, req) };
    const made = await onceIfAsked(operation, conditional, input);
    if (made instanceof StreamedAnswer) await stream(made, res);
    else send(res, made);
  } catch (error) {
    refuse(operation, request, error);
  }
}

/** An answer, as it is sent and as it is kept for those who ask again. */
interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

async function reply(
  operation: Operation,
  request: RequestContext,
  input: unknown,
): Promise<Reply | StreamedAnswer> {
  const made = await operation.call(request, input).catch((error: unknown) => {
    throw inWireNames(operation, error);
  });
  if (made instanceof StreamedAnswer) return made;
  const { status } = operation;
  if (status === 204) return { status, headers: {}, body: null };
  const headers = { ...entityTag(operation, made), ...location(operation, made) };
  return { status, headers, body: toWire(operation.output, made) };
}

/** Does what is asked once for an `Idempotency-Key`, and answers the same to whoever asks again. */
async function onceIfAsked(
  operation: Operation,
  request: RequestContext,
  input: unknown,
): Promise<Reply | StreamedAnswer> {
  const key = idempotencyKey(operation, request.req);
  const actor = key === null ? null : await request.identify();
  if (key === null || (actor?.kind !== 'user' && actor?.kind !== 'service')) {
    return reply(operation, request, input);
  }
  const { deps, now } = request;
  const { answer: made, isRepeated } = await answerOnce(
    deps.orm.em.fork(),
    deps.secrets,
    { actor, key, content: [operation.id, input], now },
    async (em) => {
      const answered = await reply(operation, { ...request, em }, input);
      if (answered instanceof StreamedAnswer) throw new Error('a stream cannot be kept');
      return answered;
    },
  );
  return isRepeated
    ? { ...made, headers: { ...made.headers, 'Idempotency-Replayed': 'true' } }
    : made;
}

function send(res: Response, { status, headers, body }: Reply): void {
  res.status(status).set(headers);
  if (status === 204) res.end();
  else res.json(body);
}

async function stream({ type, chunks, fileName }: StreamedAnswer, res: Response): Promise<void> {
  res.type(type);
  if (fileName !== null) res.attachment(fileName).type(type);
  await pipeline(Readable.from(chunks, { objectMode: false }), res);
}

function refuse(operation: Operation, request: RequestContext, error: unknown): void {
  const { deps, req, res, requestId } = request;
  if (hasLeft(req, error)) return;
  const told = tell(error);
  if (told.code === 'internal_error') {
    const { id } = operation;
    deps.log.error({
      event: 'call_failed',
      request_id: requestId,
      ...traceOf(req),
      operation: id,
      err: error,
    });
  }
  // What has begun to be streamed cannot be taken back: the caller sees it break off.
  if (res.headersSent) res.destroy();
  else {
    const { code, message, errors } = told;
    sendProblem(res, statusOf(code), code, message, errors);
  }
}

/** Whether it failed because the caller went away: amid the request, or amid a streamed answer. */
function hasLeft(req: Request, error: unknown): boolean {
  const isCutOff = req.destroyed && !req.complete;
  return isCutOff || Reflect.get(Object(error), 'code') === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** The faults of an input under the names that the caller gave. */
function inWireNames({ params, input }: Operation, error: unknown): unknown {
  const { code, message, errors } = tell(error);
  const [first] = errors ?? [];
  if (errors === undefined || first === undefined) return error;
  const paramOf = new Map(Object.entries(params).map(([name, field]) => [field, name]));
  const wire = errors.map((fault) => ({
    ...fault,
    path: paramOf.get(fault.path) ?? wirePath(input, fault.path.split('.')).join('.'),
  }));
  const said = message.startsWith(`${first.path}: `)
    ? `${wire[0]?.path}${message.slice(first.path.length)}`
    : message;
  return new DomainError(code, said, { errors: wire, cause: error });
}
