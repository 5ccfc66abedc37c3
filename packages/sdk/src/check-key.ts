import { ApigateError } from './apigate-error.ts';
import type { Apigate } from './create-apigate.ts';
import { limitHeaders } from './limit-headers.ts';
import { keyOf, readKey, type KeyFound, type KeyHeaders } from './read-key.ts';
import type { KeyVerdict } from './types.ts';

/** A key that was found good, and whose it is. */
export type VerifiedKey = KeyVerdict & { valid: true; userId: string; keyId: string };

/** How requests are checked; `Request` is what the framework calls a request. */
export interface RequireKeyOptions<Request> {
  /** Scopes that the key must hold, beside those of the route that matches the request, if any does. */
  scopes?: string[] | undefined;
  /** Whether requests are counted: against rate limit and quota, and as usage; true unless told. */
  count?: boolean | undefined;
  /** Units that a request costs; those of the matching route, or 1, unless told. */
  cost?: number | ((request: Request) => number) | undefined;
  /** How old an answer about a key may be, in milliseconds; 0 unless told. Only where `count` is false. */
  cacheMs?: number | undefined;
  /** Longest wait for the control plane in milliseconds; 5,000 unless told. */
  timeoutMs?: number | undefined;
  /** Where the key is; `X-API-Key`, or `Authorization` with `Bearer` or `Basic`, unless told. */
  readKey?: ((request: Request) => string | null | undefined) | undefined;
  /** Where a request comes from. Keys that are bound to addresses are refused where it is not known. */
  readIp?: ((request: Request) => string | null | undefined) | undefined;
  /**
   * What becomes of a request whose key cannot be checked now: refused with 503 unless told. A function is told the
   * reason, and decides.
   */
  whenUnreachable?: Fallback | ((error: ApigateError, request: Request) => Fallback) | undefined;
}

/** `allow` lets requests pass unknown and uncounted. */
export type Fallback = 'refuse' | 'allow';

/** What every framework can tell of a request. */
export interface RequestHead extends KeyHeaders {
  method: string;
  host: string | undefined;
  /** The target, whose query is not looked at. */
  target: string;
}

/** What becomes of a request: it passes, or it is answered with a problem. Either way with these headers. */
export interface KeyCheck {
  headers: Record<string, string>;
  /** Null where it could not be checked and may pass all the same. */
  key: VerifiedKey | null;
  /** RFC 9457 problem details, where the request is refused. */
  refusal: { status: number; body: string } | null;
}

interface Refused {
  status: number;
  code: string;
  detail: string;
  retryAfterSeconds?: number | null;
  requestId?: string | null;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** Fields of a question that the customer fills, not the one who asks. */
const customersFields: ReadonlySet<string> = new Set(['key', 'method', 'path', 'host']);

/** Makes what decides about each request. It throws what is neither the customer's fault nor passing. */
export function keyChecker<Request>(
  apigate: Pick<Apigate, 'with'>,
  options: RequireKeyOptions<Request>,
): (request: Request, head: RequestHead) => Promise<KeyCheck> {
  const { scopes = [], count = true, cost, cacheMs, timeoutMs = 5_000 } = options;
  if (count && cacheMs !== undefined) {
    throw new TypeError('cacheMs needs count: false, because what is counted is always asked.');
  }
  const { keys } = apigate.with({ timeoutMs });
  return async (request, head) => {
    const found = keyOfRequest(options, request, head);
    if ('code' in found) return refuse({ ...found, status: 401 });
    const ip = options.readIp?.(request);
    try {
      const verdict = await keys.verify(
        {
          key: found.key,
          method: head.method,
          path: head.target.split('?', 1)[0],
          host: head.host,
          scopes,
          cost: typeof cost === 'function' ? cost(request) : cost,
          count,
          ...(ip ? { ip } : {}),
        },
        { cacheMs },
      );
      return checkOf(verdict);
    } catch (error) {
      if (!(error instanceof ApigateError)) throw error;
      return afterFailure(error, options, request);
    }
  };
}

function keyOfRequest<Request>(
  options: RequireKeyOptions<Request>,
  request: Request,
  head: RequestHead,
): KeyFound {
  return options.readKey === undefined ? readKey(head) : keyOf(options.readKey(request));
}

function checkOf(verdict: KeyVerdict): KeyCheck {
  const nowMs = Date.now();
  const limits = limitHeaders(verdict, nowMs);
  const { requestId, code, ratelimit, quota } = verdict;
  if (isVerified(verdict)) {
    const headers = requestId === null ? limits : { ...limits, 'X-Request-Id': requestId };
    return { headers, key: verdict, refusal: null };
  }
  const untilReset = Math.max(1, Math.ceil((quota?.reset ?? 0) - nowMs / 1000));
  const retryAfterSeconds =
    code === 'quota_exceeded' ? untilReset : (ratelimit?.retryAfterSeconds ?? null);
  return refuse({ ...verdict, retryAfterSeconds }, limits);
}

function isVerified(verdict: KeyVerdict): verdict is VerifiedKey {
  return verdict.valid && verdict.userId !== null && verdict.keyId !== null;
}

function afterFailure<Request>(
  error: ApigateError,
  { whenUnreachable = 'refuse' }: RequireKeyOptions<Request>,
  request: Request,
): KeyCheck {
  const [fault] = error.errors;
  if (fault !== undefined && customersFields.has(fault.path)) {
    return refuse({ status: 400, code: 'bad_request', detail: fault.message });
  }
  if (!isPassing(error)) throw error;
  const fallback =
    typeof whenUnreachable === 'function' ? whenUnreachable(error, request) : whenUnreachable;
  if (fallback === 'allow') return { headers: {}, key: null, refusal: null };
  return refuse({
    status: 503,
    code: 'not_ready',
    detail: 'Your API key cannot be checked at the moment. Try again shortly.',
    retryAfterSeconds: 1,
  });
}

/** Whether the control plane is away or too busy, rather than saying no to us. */
function isPassing({ code, status = 0 }: ApigateError): boolean {
  return code === 'network_error' || code === 'timeout' || status === 429 || status >= 500;
}

function refuse(refused: Refused, limits: Record<string, string> = {}): KeyCheck {
  const { status, code, detail, retryAfterSeconds = null, requestId = null } = refused;
  const problem = { type: 'about:blank', title: titles[status] ?? 'Refused', status, detail, code };
  return {
    headers: {
      ...limits,
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfterSeconds === null ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(requestId === null ? {} : { 'X-Request-Id': requestId }),
    },
    key: null,
    refusal: {
      status,
      body: JSON.stringify(requestId === null ? problem : { ...problem, request_id: requestId }),
    },
  };
}
