import type { IncomingMessage } from 'node:http';
import { judgeRequest, type Judgement, type KeyGate } from '@apigate/domain';
import {
  ClientAddresses,
  headersOf,
  identityHeadersOf,
  limitHeaders,
  problemOf,
  readCredential,
  Refusal,
  type ClientAddress,
} from '@apigate/domain/gateway';
import type { Request, RequestHandler, Response } from 'express';
import { traceOf, type ApiDeps } from './context.ts';
import { readOriginalRequest } from './original-request.ts';

/** Proxies on this machine may speak for their clients without being named. */
const loopback = ['127.0.0.0/8', '::1'];

/** Where it is asked; what follows in the address is the target of the original request, as Envoy appends it. */
export const forwardAuthPath = '/v1/forward-auth';

/** What the address of the question asks for. */
interface Options {
  /** Whether a request that no route matches is refused. */
  isRouteRequired: boolean;
  /** The one status of every refusal that is not 401, for proxies that take no other; null for each its own. */
  denyStatus: 403 | null;
}

/**
 * Answers whether another proxy may pass on the request that it holds: 200 with the headers that the upstream is to
 * get, or the refusal. Any method, any path below, and no body is ever read.
 */
export function forwardAuth(
  { gate, log }: Pick<ApiDeps, 'gate' | 'log'>,
  trustedProxies: readonly string[],
): RequestHandler {
  const addresses = new ClientAddresses([...loopback, ...trustedProxies]);
  return (req: Request, res: Response): void => {
    void answer(gate, addresses, req, res).catch((error: unknown) => {
      log.error({ event: 'forward_auth_failed', ...traceOf(req), err: error });
      refuse(res, new Refusal('not_ready'), optionsOf(''), []);
    });
  };
}

async function answer(
  gate: KeyGate,
  addresses: ClientAddresses,
  req: Request,
  res: Response,
): Promise<void> {
  const peer = req.socket.remoteAddress ?? '';
  const client = addresses.read(peer, forwardedHead(req));
  const suffix = req.originalUrl.slice(forwardAuthPath.length);
  const options = optionsOf(suffix);
  const judgement = await judge(gate, req, suffix, client, options);
  if (judgement instanceof Refusal) return refuse(res, judgement, options, []);
  const { refusal, requestId, rate, quota, period, atMs, caller, terms } = judgement;
  const limits = quota === null ? [] : limitHeaders(rate, quota, period, atMs);
  limits.push('X-Request-Id', requestId);
  if (refusal !== null) return refuse(res, refusal, options, limits, requestId);
  // Whoever asks about their own key from elsewhere learns what they may do, not what we keep about them.
  const isTold = caller !== null && terms !== null && addresses.isTrusted(peer);
  const identity = isTold ? identityHeadersOf(caller, terms) : [];
  setHeaders(res, [...limits, ...identity]);
  res.status(200).end();
}

async function judge(
  gate: KeyGate,
  req: Request,
  suffix: string,
  client: ClientAddress,
  { isRouteRequired }: Options,
): Promise<Judgement | Refusal> {
  const original = readOriginalRequest(req, suffix);
  if (original instanceof Refusal) return original;
  if (!(await gate.isReady())) return new Refusal('not_ready');
  const { method, path } = original;
  const match = path === null ? null : gate.snapshot.routes.match(method, client.host, path);
  if (match === null && isRouteRequired) return new Refusal('route_not_found');
  return judgeRequest(gate, {
    credential: readCredential(credentialHead(req), match?.route.authRequired ?? true),
    match,
    method,
    path: path ?? forwardAuthPath,
    ip: client.ip,
    scopes: [],
    cost: null,
    isCounted: true,
    userAgent: req.headers['user-agent'] ?? null,
  });
}

/** @param suffix what follows our own path; a target has a query of its own. */
function optionsOf(suffix: string): Options {
  const ours = new URLSearchParams(suffix.startsWith('?') ? suffix : '');
  return {
    isRouteRequired: ours.get('route') === 'required',
    denyStatus: ours.get('deny') === '403' ? 403 : null,
  };
}

function only(req: IncomingMessage, name: string): string | null {
  return req.headersDistinct[name]?.at(-1) ?? null;
}

function forwardedHead(req: IncomingMessage) {
  return {
    host: (req.headers.host ?? '').toLowerCase(),
    forwardedFor: req.headersDistinct['x-forwarded-for']?.join(', ') ?? null,
    forwardedProto: only(req, 'x-forwarded-proto'),
    forwardedHost: only(req, 'x-forwarded-host')?.toLowerCase() ?? null,
  };
}

function credentialHead(req: IncomingMessage) {
  const [apiKeys, authorizations] = ['x-api-key', 'authorization'].map(
    (name) => new Set(req.headersDistinct[name]),
  );
  const [apiKey = null] = apiKeys ?? [];
  const [authorization = null] = authorizations ?? [];
  const hasRivalCredentials = [apiKeys, authorizations].some((values) => (values?.size ?? 0) > 1);
  return { apiKey, authorization, hasRivalCredentials };
}

function refuse(
  res: Response,
  refusal: Refusal,
  { denyStatus }: Options,
  limits: readonly string[],
  requestId = String(res.getHeader('x-request-id')),
): void {
  const status = refusal.status === 401 ? 401 : (denyStatus ?? refusal.status);
  const told = ['X-Apigate-Status', String(refusal.status), 'X-Apigate-Code', refusal.code];
  setHeaders(res, [...headersOf(refusal), ...limits, 'X-Request-Id', requestId, ...told]);
  res.status(status).end(JSON.stringify(problemOf(refusal, requestId)));
}

function setHeaders(res: Response, flat: readonly string[]): void {
  for (let at = 0; at + 1 < flat.length; at += 2) res.setHeader(flat[at] ?? '', flat[at + 1] ?? '');
}
