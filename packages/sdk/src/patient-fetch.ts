import { ApigateError } from './apigate-error.ts';

const retriedStatuses = new Set([429, 502, 503, 504]);
const backoffMsMin = 200;
const backoffMsMax = 5_000;

/** What `fetch` takes first, by the name that both browsers and Node know. */
type FetchInput = Parameters<typeof fetch>[0];

/** Where calls go and how they wait: `timeoutMs` binds each attempt, `retries` counts those after the first. */
export interface Connection {
  /** Address of the control plane. */
  url: string;
  fetch: typeof fetch;
  timeoutMs: number;
  retries: number;
}

/** An answer whose body has arrived whole. */
export interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

/**
 * Fetches with a timeout. What met a passing trouble (no connection, 429, 502, 503, 504) is tried again if it is safe to
 * repeat; otherwise not, because the server may have acted on the first attempt.
 *
 * @param isSafe whether repeating changes nothing; only a GET is, unless told.
 * @throws ApigateError network_error, timeout
 */
export async function patientFetch(
  input: FetchInput,
  init: RequestInit,
  connection: Connection,
  isSafe = init.method === 'GET',
): Promise<Answer> {
  const retriesMax = isSafe ? connection.retries : 0;
  for (let retry = 0; ; retry += 1) {
    const mayRetry = retry < retriesMax;
    let waitMs = backoffMs(retry);
    try {
      const answer = await attempt(input, init, connection);
      if (!mayRetry || !retriedStatuses.has(answer.status)) return answer;
      waitMs = retryAfterMs(answer.headers) ?? waitMs;
      if (waitMs > connection.timeoutMs) return answer;
    } catch (cause) {
      if (!mayRetry || isTimeout(cause)) throw explain(cause, connection);
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

async function attempt(
  input: FetchInput,
  init: RequestInit,
  { fetch, timeoutMs }: Connection,
): Promise<Answer> {
  const response = await fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** Half fixed, half random, so that many clients do not come back together. */
function backoffMs(retry: number): number {
  const ceilingMs = Math.min(backoffMsMax, backoffMsMin * 2 ** retry);
  return ceilingMs / 2 + Math.random() * (ceilingMs / 2);
}

/** Both forms of RFC 9110 section 10.2.3: seconds and a date. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'TimeoutError';
}

function explain(cause: unknown, { url, timeoutMs }: Connection): ApigateError {
  if (isTimeout(cause)) {
    return new ApigateError('timeout', `no answer from ${url} within ${timeoutMs} ms`, {
      cause,
    });
  }
  const reason = reasonOf(cause);
  return new ApigateError(
    'network_error',
    `cannot reach ${url}${reason === undefined ? '' : `: ${reason}`}`,
    { cause },
  );
}

/** Node hides the reason in the cause of "fetch failed"; browsers tell none. */
function reasonOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !(cause.cause instanceof Error)) return undefined;
  return 'code' in cause.cause && typeof cause.cause.code === 'string'
    ? cause.cause.code
    : cause.cause.message;
}
