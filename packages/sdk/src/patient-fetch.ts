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
  /** Ends what is under way. */
  signal: AbortSignal | undefined;
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
 * @throws ApigateError network_error, timeout, aborted
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
      const isFinal = !mayRetry || isTimeout(cause) || connection.signal?.aborted === true;
      if (isFinal) throw explain(cause, connection);
    }
    await pause(waitMs, connection.signal);
  }
}

async function attempt(
  input: FetchInput,
  init: RequestInit,
  { fetch, timeoutMs, signal }: Connection,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  const response = await fetch(input, { ...init, signal: either });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/**
 * Fetches once, and gives the answer as soon as it begins: both bodies may be of any length, and take as long.
 *
 * @param waitMs until the answer begins.
 * @throws ApigateError network_error, timeout, aborted
 */
export async function openFetch(
  input: FetchInput,
  init: RequestInit,
  connection: Connection,
  waitMs: number,
): Promise<Response> {
  const waiting = new AbortController();
  const timer = setTimeout(() => {
    waiting.abort(new DOMException(`no answer within ${waitMs} ms`, 'TimeoutError'));
  }, waitMs);
  const { fetch, signal } = connection;
  const either = signal === undefined ? waiting.signal : AbortSignal.any([signal, waiting.signal]);
  try {
    return await fetch(input, { ...init, signal: either });
  } catch (cause) {
    throw explain(cause, { ...connection, timeoutMs: waitMs });
  } finally {
    clearTimeout(timer);
  }
}

/** Waits, but no longer than until the signal. */
function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, waitMs);
    signal?.addEventListener('abort', end);
    if (signal?.aborted === true) end();
  });
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

/** Says why nothing came, or not all. */
export function explain(cause: unknown, { url, timeoutMs, signal }: Connection): ApigateError {
  if (signal?.aborted === true) {
    return new ApigateError('aborted', `the call to ${url} was aborted`, { cause: signal.reason });
  }
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
