import { DomainError } from '@apigate/domain';
import express, { Router, type Request, type Response } from 'express';
import {
  execute,
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type ExecutionResult,
} from 'graphql';
import { z } from 'zod';
import { nameQuery } from '../access-log.ts';
import { createContext, type ApiDeps, type RequestContext } from '../context.ts';
import { sendProblem } from '../problem.ts';
import { statusOf, validationError } from '../tell.ts';
import { answeredError } from './answered-error.ts';
import { refuseLarge, refuseManyRows, rootFieldNames, tokensMax } from './limits.ts';
import { makeGraphqlContext } from './resolvers.ts';
import { schema } from './schema.ts';
import { Throttle, type ThrottleOptions } from './throttle.ts';

/** What is wrong with a document is told up to this many faults. */
const faultsMax = 10;

/** What a request holds: one operation, never a batch. */
const graphqlRequest = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** `POST /graphql`, as the GraphQL over HTTP specification has it. */
export function graphqlRoutes(
  deps: ApiDeps,
  options: { bodyBytesMax: number; throttle: ThrottleOptions },
): Router {
  const throttle = new Throttle(options.throttle);
  const routes = Router();
  routes.use((req, res, next) => {
    if (req.method !== 'POST') {
      res.setHeader('allow', 'POST');
      sendProblem(res, 405, 'method_not_allowed', `This address takes POST, not ${req.method}.`);
    } else if (req.is('application/json')) next();
    else sendProblem(res, 415, 'unsupported_media_type', 'The body must be application/json.');
  });
  routes.use(express.json({ limit: options.bodyBytesMax, inflate: false, strict: false }));
  routes.post('/', async (req, res) => {
    const request = createContext(deps, req, res);
    try {
      await refuseHasty(throttle, request);
      const { errors, ...result } = await run(request);
      if (errors === undefined) send(req, res, 200, result);
      else {
        // Without data nothing was done: then the variables were not what the operation asks for.
        const status = result.data === undefined ? 400 : 200;
        const told = errors.map((error) => answeredError(request, error));
        send(req, res, status, { ...result, errors: told });
      }
    } catch (error) {
      const faults: readonly unknown[] = error instanceof Faults ? error.faults : [error];
      const errors = faults.map((fault) => answeredError(request, fault));
      const [first] = errors;
      send(req, res, statusOf(first?.extensions.code ?? 'internal_error'), { errors });
    }
  });
  return routes;
}

/** Everything that is wrong with a document. */
class Faults extends Error {
  readonly faults: readonly GraphQLError[];

  constructor(faults: readonly GraphQLError[]) {
    super('the document is not valid');
    this.faults = faults;
  }
}

/** @throws DomainError too_many_requests, cross_site_request */
async function refuseHasty(throttle: Throttle, request: RequestContext): Promise<void> {
  const { req, res } = request;
  const refused = throttle.take(await request.identify(), req.ip ?? '', performance.now());
  if (refused === null) return;
  const { calls, windowSeconds, retryAfterSeconds } = refused;
  res.setHeader('retry-after', String(retryAfterSeconds));
  throw new DomainError(
    'too_many_requests',
    `More than ${calls} requests in ${windowSeconds} s. Try again in ${retryAfterSeconds} s.`,
  );
}

/** @throws DomainError, GraphQLError or Faults where nothing of the operation is begun */
async function run(request: RequestContext): Promise<ExecutionResult> {
  const { req, res } = request;
  if (Array.isArray(req.body)) {
    throw new DomainError('bad_request', 'One request holds one operation: batches are not taken.');
  }
  const parsed = graphqlRequest.safeParse(req.body);
  if (!parsed.success) throw validationError(parsed.error);
  const { query, operationName, variables } = parsed.data;
  const document = parse(query, { maxTokens: tokensMax });
  const operation = getOperationAST(document, operationName);
  if (operation == null) {
    throw new DomainError('bad_request', 'Name an operation of this document as operationName.');
  }
  nameQuery(res, rootFieldNames(document, operation).join(','));
  refuseLarge(document, operation);
  const isStranger = (await request.identify()).kind === 'anonymous';
  const faults = validate(
    schema,
    document,
    isStranger ? [...specifiedRules, NoSchemaIntrospectionCustomRule] : specifiedRules,
    { maxErrors: faultsMax, hideSuggestions: isStranger },
  );
  if (faults.length > 0) throw new Faults(faults);
  refuseManyRows(document, operation, variables ?? {});
  return execute({
    schema,
    document,
    operationName: operationName ?? null,
    variableValues: variables ?? {},
    contextValue: makeGraphqlContext(request),
    hideSuggestions: isStranger,
  });
}

function send(req: Request, res: Response, status: number, answer: object): void {
  const types = ['application/json', 'application/graphql-response+json'];
  res.status(status).type(req.accepts(types) || 'application/json');
  res.send(JSON.stringify(answer));
}
