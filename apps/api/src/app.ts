import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '@apigate/contract';
import { databaseAnswers } from '@apigate/domain';
import { maySeeMetrics, metricsType } from '@apigate/operations';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { AccessLog } from './access-log.ts';
import { brandRoutes } from './brand-routes.ts';
import { forwardAuth, forwardAuthPath } from './forward-auth.ts';
import { graphqlRoutes } from './graphql/routes.ts';
import type { ThrottleOptions } from './graphql/throttle.ts';
import { methodNotAllowed, pagesInstead } from './rest/other-answers.ts';
import { referenceRoutes } from './rest/reference-routes.ts';
import { restRoutes } from './rest/rest-routes.ts';
import { createContext, requestIdOf, traceOf, type ApiDeps } from './context.ts';
import type { ApiMetrics } from './metrics.ts';
import { sendProblem } from './problem.ts';
import { appRouter } from './routers/index.ts';
import { securityHeaders } from './security-headers.ts';
import { singlePageApp } from './single-page-app.ts';

const bodyBytesMax = 256 * 1024;
const batchMax = 10;

/** The control plane as an Express app; whoever calls this listens. */
export function createApp(
  deps: ApiDeps,
  options: {
    trustedProxies: readonly string[];
    webDir: string;
    accessLog: AccessLog;
    metrics: ApiMetrics;
    /** Of GraphQL. */
    throttle: ThrottleOptions;
  },
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', [...options.trustedProxies]);
  app.use(options.metrics.handler);
  app.use((_req, res, next) => {
    res.setHeader('x-request-id', randomUUID());
    next();
  });
  // What clients of other proxies say of their bodies is no matter of ours, so it comes before we look.
  app.use(forwardAuthPath, noStore, forwardAuth(deps, options.trustedProxies));
  app.use(securityHeaders(deps.publicUrl, deps.proxyUrl));
  app.use(refuseEncodedBodies);

  app.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/readyz', async (_req, res) => {
    const ready = await databaseAnswers(deps.orm);
    if (ready) res.json({ status: 'ready' });
    else res.status(503).json({ status: 'not_ready', reasons: ['database_away'] });
  });
  app.get('/metrics', async (req, res, next) => {
    if (maySeeMetrics(req.socket.remoteAddress, Object.keys(req.headers))) {
      res.type(metricsType).send(await options.metrics.text());
    } else next();
  });

  app.use(
    '/trpc',
    options.accessLog.handler,
    noStore,
    createExpressMiddleware({
      router: appRouter,
      createContext: ({ req, res }) => createContext(deps, req, res),
      // tRPC has another mind about streams.
      responseMeta: () => ({ headers: { 'cache-control': 'no-store' } }),
      maxBatchSize: batchMax,
      maxBodySize: bodyBytesMax,
      allowMethodOverride: true,
    }),
  );
  app.use(
    '/graphql',
    options.accessLog.handler,
    noStore,
    graphqlRoutes(deps, { bodyBytesMax, throttle: options.throttle }),
  );
  app.use(['/admin', '/auth'], options.accessLog.handler);
  app.use(['/admin', '/auth', '/v1'], noStore);
  app.use(pagesInstead);
  app.use(restRoutes(deps));
  app.use(referenceRoutes(deps));
  app.use(brandRoutes(deps));
  app.use(singlePageApp(options.webDir, (req) => deps.cookies.refreshToken(req) !== null));
  app.use(methodNotAllowed);

  app.use((_req, res) => {
    sendProblem(res, 404, 'not_found', 'There is nothing at this address.');
  });
  app.use((error: unknown, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const refusal = refusalOfBody(error);
    if (refusal !== null) {
      sendProblem(res, ...refusal);
      return;
    }
    if (isCallersFault(error)) {
      sendProblem(res, 400, 'bad_request', 'The address of this request is not well formed.');
      return;
    }
    deps.log.error({
      event: 'request_failed',
      request_id: requestIdOf(res),
      ...traceOf(req),
      method: req.method,
      err: error,
    });
    sendProblem(
      res,
      500,
      'internal_error',
      'This failed on our side, and it is logged under the request id.',
    );
  });
  return app;
}

/** What to say of a body that the JSON parser refused; null for every other error. */
function refusalOfBody(error: unknown): [number, ErrorCode, string] | null {
  const type: unknown = error instanceof Error ? Reflect.get(error, 'type') : undefined;
  if (type === 'entity.too.large') return [413, 'payload_too_large', 'The body is too large.'];
  if (type === 'charset.unsupported') {
    return [415, 'unsupported_media_type', 'The body must be JSON in UTF-8.'];
  }
  return typeof type === 'string' ? [400, 'bad_request', 'The body is not JSON.'] : null;
}

/** Whether Express refused a request before any of our code saw it, such as one with a broken escape in its path. */
function isCallersFault(error: unknown): boolean {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

/** No body is ever inflated here: Node’s Brotli decoder cannot be trusted with bytes of strangers (CVE-2026-111497). */
function refuseEncodedBodies(req: Request, res: Response, next: NextFunction): void {
  const encoding = req.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') next();
  else {
    sendProblem(
      res,
      415,
      'unsupported_media_type',
      'Bodies with a Content-Encoding are not accepted. Send the body as it is.',
    );
  }
}

function noStore(_req: Request, res: Response, next: NextFunction): void {
  res.setHeader('cache-control', 'no-store');
  next();
}
