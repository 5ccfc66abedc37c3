import type { AnswerHead } from './http/answer-head.ts';
import { kinds, type Fields } from './http/field-names.ts';
import type { RequestHead } from './request-head.ts';

const commonConnection = /^(?:keep-alive|close|upgrade)$/i;
const trailersCoding = /(?:^|,)\s*trailers\s*(?:;|,|$)/i;

/** The names that a `Connection` field adds to those that never cross; null when it adds none. */
function listedIn(connection: string | null): Set<string> | null {
  if (connection === null || connection === 'keep-alive' || commonConnection.test(connection)) {
    return null;
  }
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}

/** A line for each of a flat list of names and values. */
export function linesOf(flat: readonly string[]): string {
  let lines = '';
  for (let at = 0; at + 1 < flat.length; at += 2) lines += `${flat[at]}: ${flat[at + 1]}\r\n`;
  return lines;
}

/** What decides which fields of a request reach the upstream. */
export interface RequestRules {
  /** Whether Authorization was a credential for us. */
  isAuthorizationOurs: boolean;
  /** In lower case; a field of ours takes the place of the client's. */
  replacedName: string | null;
}

/** The fields of a request that cross, a line for each, with those that frame its body. */
export function linesToUpstream(
  head: RequestHead,
  { isAuthorizationOurs, replacedName }: RequestRules,
): string {
  const listed = listedIn(head.connection);
  const { expectsContinue } = head;
  let lines = head.fields.linesOf(({ kind, lower, staysHere }) => {
    if (staysHere || lower === replacedName) return false;
    if (kind === kinds.contentLength) return true;
    if (kind === kinds.authorization && isAuthorizationOurs) return false;
    if (kind === kinds.expect && !expectsContinue) return false;
    return listed === null || !listed.has(lower);
  });
  if (head.isChunked) lines += 'Transfer-Encoding: chunked\r\n';
  if (head.wantsWebSocket) return `${lines}Connection: Upgrade\r\nUpgrade: websocket\r\n`;
  // Trailers cross, so the upstream may know that the client takes them (RFC 9110 §10.1.4).
  const takesTrailers = head.te !== null && trailersCoding.test(head.te);
  return takesTrailers ? `${lines}TE: trailers\r\nConnection: TE\r\n` : lines;
}

/**
 * The fields of an answer that cross, a line for each. What frames the body is left to who sends it, but for the length
 * that an answer without body tells.
 *
 * @param tellsLimits whether we tell the limits of a known key, which replace any that the upstream tells of its own.
 * @param isForPortal whether we tell the portal that it may read the answer, whatever the upstream tells pages.
 */
export function linesToClient(
  head: AnswerHead,
  tellsLimits: boolean,
  isForPortal: boolean,
): string {
  const listed = listedIn(head.connection);
  const dropsLength = head.status === 204 || head.isInterim;
  return head.fields.linesOf(({ kind, lower, staysThere, isLimit, isForPages }) => {
    if (staysThere || (tellsLimits && isLimit) || (isForPortal && isForPages)) return false;
    if (kind === kinds.contentLength) return !dropsLength;
    return listed === null || !listed.has(lower);
  });
}

/** The trailers that cross, a line for each: never what frames, routes or proves anything. */
export function trailerLines(trailers: Fields | null): string {
  return trailers === null ? '' : trailers.linesOf(({ mayTrail }) => mayTrail);
}
