import type { AnswerHead } from './http/answer-head.ts';
import { kinds, type Fields } from './http/field-names.ts';
import type { RequestHead } from './request-head.ts';

const commonConnection = /^(?:keep-alive|close|upgrade)$/i;
const trailersCoding = /(?:^|,)\s*trailers\s*(?:;|,|$)/i;

/** The names that a `Connection` field adds to those that never cross; null when it adds none. */
function listedIn(connection: string | null): Set<string> | null {
  if (connection === null || commonConnection.test(connection)) return null;
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
  const { names, spellings, values } = head.fields;
  const listed = listedIn(head.connection);
  let lines = '';
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at];
    if (name === undefined || name.staysHere || name.lower === replacedName) continue;
    if (name.kind === kinds.contentLength) {
      // In our own digits: theirs may have zeros in front, which not everybody reads alike.
      lines += `${spellings[at]}: ${head.contentLength}\r\n`;
      continue;
    }
    if (name.kind === kinds.authorization && isAuthorizationOurs) continue;
    if (name.kind === kinds.expect && !head.expectsContinue) continue;
    if (listed !== null && listed.has(name.lower)) continue;
    lines += `${spellings[at]}: ${values[at]}\r\n`;
  }
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
 */
export function linesToClient(head: AnswerHead, tellsLimits: boolean): string {
  const { names, spellings, values } = head.fields;
  const listed = listedIn(head.connection);
  const dropsLength = head.status === 204 || head.isInterim;
  let lines = '';
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at];
    if (name === undefined || name.staysThere) continue;
    if (name.kind === kinds.contentLength) {
      if (!dropsLength) lines += `${spellings[at]}: ${Number(values[at])}\r\n`;
      continue;
    }
    if (tellsLimits && name.isLimit) continue;
    if (listed !== null && listed.has(name.lower)) continue;
    lines += `${spellings[at]}: ${values[at]}\r\n`;
  }
  return lines;
}

/** The trailers that cross, a line for each: never what frames, routes or proves anything. */
export function trailerLines(trailers: Fields | null): string {
  if (trailers === null) return '';
  let lines = '';
  for (let at = 0; at < trailers.size; at += 1) {
    if (trailers.names[at]?.mayTrail !== true) continue;
    lines += `${trailers.spellings[at]}: ${trailers.values[at]}\r\n`;
  }
  return lines;
}
