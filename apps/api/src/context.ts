import { anonymous, authenticate, DomainError, isDatabaseDown } from '@apigate/domain';
import type {
  Actor,
  DomainContext,
  DomainSecrets,
  KeyGate,
  Orm,
  PasswordHasher,
} from '@apigate/domain';
import { traceIdOf } from '@apigate/operations';
import type { Request, Response } from 'express';
import type { SessionCookies } from './cookies.ts';
import type { Logger } from './logger.ts';
import type { ServiceCallers } from './service-callers.ts';
import { isSameOrigin } from './same-origin.ts';

/** What the control plane runs on. */
export interface ApiDeps {
  readonly orm: Orm;
  readonly secrets: DomainSecrets;
  readonly passwords: PasswordHasher;
  readonly cookies: SessionCookies;
  /** Decides on customers' keys. */
  readonly gate: KeyGate;
  readonly serviceCallers: ServiceCallers;
  readonly publicUrl: string;
  readonly proxyUrl: string;
  readonly version: string;
  readonly log: Logger;
  /** Aborted when the process is about to leave: what never ends by itself ends then. */
  readonly closing?: AbortSignal;
}

/** What an HTTP request carries. It may hold a batch of calls, each of which gets an entity manager of its own. */
export interface RequestContext {
  readonly deps: ApiDeps;
  readonly req: Request;
  readonly res: Response;
  readonly requestId: string;
  readonly now: Date;
  /** Finds out who is calling, once. @throws DomainError cross_site_request */
  readonly identify: () => Promise<Actor>;
  /** In which every call does its work, where several things must hold together; else each gets a fork of its own. */
  readonly em?: DomainContext['em'] | undefined;
  /** What is changed must be in one of these versions; left out, any will do. */
  readonly expectedVersions?: readonly string[] | undefined;
}

/** What one call carries: the domain's context, and what only this surface needs. */
export type ApiContext = RequestContext & DomainContext;

/** Makes the context of a request. */
export function createContext(deps: ApiDeps, req: Request, res: Response): RequestContext {
  const now = new Date();
  let actor: Promise<Actor> | undefined;
  return {
    deps,
    req,
    res,
    requestId: requestIdOf(res),
    now,
    identify: () => (actor ??= identify(deps, req, res, now)),
  };
}

/** Makes the context of one call within a request. */
export function callContext(request: RequestContext, actor: Actor): DomainContext {
  const { deps, req, now, requestId } = request;
  return {
    em: request.em ?? deps.orm.em.fork(),
    actor,
    now,
    secrets: deps.secrets,
    passwords: deps.passwords,
    publicUrl: deps.publicUrl,
    origin: {
      ip: req.ip ?? '',
      userAgent: req.headers['user-agent']?.slice(0, 512) ?? null,
      requestId,
    },
    expectedVersions: request.expectedVersions,
  };
}

async function identify(deps: ApiDeps, req: Request, res: Response, now: Date): Promise<Actor> {
  const token = bearerToken(req) ?? cookieToken(deps, req);
  if (token === null) return anonymous;
  const actor = await authenticateOrRecall(deps, token, now);
  if (actor !== null) actors.set(res, actor);
  return actor ?? anonymous;
}

/** Service keys that were good a moment ago go on while the database is away, for what can be done without it. */
async function authenticateOrRecall(
  deps: ApiDeps,
  token: string,
  now: Date,
): Promise<Actor | null> {
  try {
    const actor = await authenticate(deps.orm.em.fork(), deps.secrets, token, now);
    deps.serviceCallers.note(token, actor, now);
    return actor;
  } catch (error) {
    const known = isDatabaseDown(error) ? deps.serviceCallers.recall(token, now) : null;
    if (known === null) throw error;
    return known;
  }
}

const actors = new WeakMap<Response, Actor>();

/** Who sent the request that `res` answers, as far as it is known by now. */
export function actorBehind(res: Response): Actor | undefined {
  return actors.get(res);
}

/** The trace that a request belongs to (W3C Trace Context), as the log names it. */
export function traceOf(req: Request): { trace_id?: string } {
  const traceId = traceIdOf(req.headers['traceparent']?.toString());
  return traceId === null ? {} : { trace_id: traceId };
}

/** The id under which this request is logged and told to the caller. */
export function requestIdOf(res: Response): string {
  return String(res.getHeader('x-request-id'));
}

function bearerToken(req: Request): string | null {
  return /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(req.headers.authorization ?? '')?.[1] ?? null;
}

/** Cookies travel by themselves, so they count only on requests that a page of ours made. */
function cookieToken(deps: ApiDeps, req: Request): string | null {
  const token = deps.cookies.accessToken(req);
  if (token !== null) refuseCrossSite(deps, req);
  return token;
}

/** @throws DomainError cross_site_request */
export function refuseCrossSite(deps: Pick<ApiDeps, 'publicUrl'>, req: Request): void {
  if (isSameOrigin(req, deps.publicUrl)) return;
  throw new DomainError(
    'cross_site_request',
    'A session cookie is good only for requests from this site’s own pages. Send a bearer token instead.',
  );
}
