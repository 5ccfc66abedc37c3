/**
 * Headers that belong to one connection and never cross (RFC 9110 §7.6.1, and the older names of RFC 2616 §13.5.1).
 * What `Connection` lists joins them.
 */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What the request's own handling has used up, or what we say anew. */
const replacedUpstream = new Set(['host', 'expect', 'x-api-key', 'x-request-id']);

/** Whatever begins so is ours to say to the upstream, or would let a client pass for someone else there. */
const reserved =
  /^(?:x-(?:user|plan|key|apigate|forwarded)(?:-|$)|x-(?:real-ip|request-id|api-key)$|forwarded$)/;

/** Ours to say to the client, for a known key. */
const limits = /^(?:x-ratelimit-|x-quota-|ratelimit(?:-|$))/;

const commonConnection = /^(?:keep-alive|close)$/i;
const notPlain = /[^a-z0-9-]/g;

/** The names that a `Connection` header adds to the hop-by-hop ones; null when it adds none. */
function listedIn(connection: string | null): Set<string> | null {
  if (connection === null || commonConnection.test(connection)) return null;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

/** Whether a header of a request is for us or could pass for ours; some servers read `_` and the like as `-`. */
export function isReserved(lowerCaseName: string): boolean {
  const first = lowerCaseName.charCodeAt(0);
  if (first !== 0x78 && first !== 0x66) return false; // x, f
  return reserved.test(lowerCaseName.replaceAll(notPlain, '-'));
}

/** What decides which headers of a request reach the upstream. */
export interface RequestHeaderRules {
  connection: string | null;
  te: string | null;
  /** Whether Authorization was a credential for us. */
  isAuthorizationOurs: boolean;
  authHeader: { name: string; value: string } | null;
}

/**
 * The headers of a request that cross, with ours at the end.
 *
 * @param ours flat list of names and values.
 */
export function headersToUpstream(
  rawHeaders: readonly string[],
  { connection, te, isAuthorizationOurs, authHeader }: RequestHeaderRules,
  ours: readonly string[],
): string[] {
  const listed = listedIn(connection);
  const replaced = authHeader?.name.toLowerCase();
  const headers: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || replacedUpstream.has(lower) || isReserved(lower)) continue;
    if (lower === 'authorization' && isAuthorizationOurs) continue;
    if (lower === replaced || (listed?.has(lower) && lower !== 'content-length')) continue;
    headers.push(name, rawHeaders[at + 1] ?? '');
  }
  // Trailers cross, so the upstream may know that the client takes them (RFC 9110 §10.1.4).
  if (te !== null && /(?:^|,)\s*trailers\s*(?:;|,|$)/i.test(te)) headers.push('TE', 'trailers');
  headers.push(...ours);
  if (authHeader !== null) headers.push(authHeader.name, authHeader.value);
  return headers;
}

/** What decides which headers of an answer reach the client. */
export interface AnswerHeaderRules {
  status: number;
  /** Whether `ours` tells the limits of a known key, which replace any that the upstream tells of its own. */
  tellsLimits: boolean;
}

/**
 * The headers of an answer that cross, with ours at the end.
 *
 * @param rawHeaders names and values as bytes; Node writes them as the same bytes again.
 */
export function headersToClient(
  rawHeaders: readonly Buffer[],
  { status, tellsLimits }: AnswerHeaderRules,
  ours: readonly string[],
): string[] {
  const headers: string[] = [];
  let connection: string | null = null;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toString('latin1') ?? '';
    const value = rawHeaders[at + 1]?.toString('latin1') ?? '';
    const lower = name.toLowerCase();
    if (lower === 'connection') connection = connection === null ? value : `${connection},${value}`;
    if (hopByHop.has(lower) || lower === 'x-request-id') continue;
    if (tellsLimits && limits.test(lower)) continue;
    if (lower === 'content-length' && status === 204) continue;
    headers.push(name, value);
  }
  const listed = listedIn(connection);
  const kept = listed === null ? headers : without(headers, listed);
  kept.push(...ours);
  return kept;
}

function without(headers: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const lower = name.toLowerCase();
    if (names.has(lower) && lower !== 'content-length') continue;
    kept.push(name, headers[at + 1] ?? '');
  }
  return kept;
}
