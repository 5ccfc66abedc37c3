import type { RefusalCode } from '@apigate/contract';
import type { CallRequest } from '../../lib/call-code.ts';

const bodyBytesMax = 256 * 1024;
const textTypes =
  /^(?:text\/|application\/(?:[\w.+-]*json|[\w.+-]*xml|x-www-form-urlencoded|javascript|yaml))/;

/** What came back of a call. */
export interface CallAnswer {
  status: number;
  statusText: string;
  /** Until the head of the answer was there. */
  headMs: number;
  /** Until all of it was there. */
  totalMs: number;
  headers: readonly (readonly [string, string])[];
  /** Indented where it is JSON; null where it is no text. */
  body: string | null;
  /** Bytes that were read. */
  bytes: number;
  isCutShort: boolean;
  /** Of a refusal by the proxy that can be explained, the id of the request. */
  refusedAs: string | null;
}

/** Sends a call with a key and nothing else of this browser. Aborted while the body comes, it gives what came. */
export async function sendCall(
  { method, url, headers, body }: CallRequest,
  apiKey: string,
  signal: AbortSignal,
): Promise<CallAnswer> {
  const startedAt = performance.now();
  const response = await fetch(url, {
    method,
    // A page cannot send cookies for another site.
    headers: [
      ['X-API-Key', apiKey],
      ...headers
        .filter(([name]) => name !== 'Cookie')
        .map(([name, value]): [string, string] => [name, value]),
    ],
    body,
    signal,
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
  });
  const headMs = performance.now() - startedAt;
  const { bytes, isCutShort } = await readBytes(response);
  const type = response.headers.get('content-type') ?? '';
  const text = textTypes.test(type) || bytes.length === 0 ? new TextDecoder().decode(bytes) : null;
  return {
    status: response.status,
    statusText: response.statusText,
    headMs,
    totalMs: performance.now() - startedAt,
    headers: [...response.headers],
    body: text === null ? null : indented(text),
    bytes: bytes.length,
    isCutShort,
    refusedAs: type.startsWith('application/problem+json') ? requestIdIn(text ?? '') : null,
  };
}

async function readBytes({ body }: Response): Promise<{ bytes: Uint8Array; isCutShort: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let isCutShort = false;
  try {
    const reader = body?.getReader();
    for (;;) {
      const part = await reader?.read();
      if (part?.value === undefined) break;
      parts.push(part.value);
      length += part.value.length;
      if (length < bodyBytesMax) continue;
      isCutShort = true;
      await reader?.cancel();
      break;
    }
  } catch {
    isCutShort = true;
  }
  return {
    bytes: new Uint8Array(await new Blob(parts.map((part) => part.slice())).arrayBuffer()),
    isCutShort,
  };
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Refusals that the portal can explain: those of a key that is known. */
const explained: ReadonlySet<unknown> = new Set<RefusalCode>([
  'key_expired',
  'key_revoked',
  'key_disabled',
  'user_suspended',
  'ip_not_allowed',
  'insufficient_scope',
  'rate_limited',
  'quota_exceeded',
]);

function requestIdIn(json: string): string | null {
  try {
    const problem = Object(JSON.parse(json));
    const id: unknown = Reflect.get(problem, 'request_id');
    return typeof id === 'string' && explained.has(Reflect.get(problem, 'code')) ? id : null;
  } catch {
    return null;
  }
}
