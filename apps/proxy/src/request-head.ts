/** What the decision and the forwarding need to know of a request's headers, gathered in one pass. */
export interface RequestHead {
  headerCount: number;
  hostCount: number;
  /** In lower case. */
  host: string;
  connection: string | null;
  transferEncoding: string | null;
  contentLength: string | null;
  expect: string | null;
  te: string | null;
  apiKey: string | null;
  authorization: string | null;
  /** A credential header came twice, with different values. */
  hasRivalCredentials: boolean;
  forwardedFor: string | null;
  forwardedProto: string | null;
  forwardedHost: string | null;
  userAgent: string | null;
}

function joined(before: string | null, value: string): string {
  return before === null ? value : `${before}, ${value}`;
}

/** Reads the flat list of names and values that `node:http` gives. */
export function readRequestHead(rawHeaders: readonly string[]): RequestHead {
  const head: RequestHead = {
    headerCount: rawHeaders.length / 2,
    hostCount: 0,
    host: '',
    connection: null,
    transferEncoding: null,
    contentLength: null,
    expect: null,
    te: null,
    apiKey: null,
    authorization: null,
    hasRivalCredentials: false,
    forwardedFor: null,
    forwardedProto: null,
    forwardedHost: null,
    userAgent: null,
  };
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const value = rawHeaders[at + 1] ?? '';
    const name = rawHeaders[at] ?? '';
    switch (name.toLowerCase()) {
      case 'host':
        head.hostCount += 1;
        head.host = value.toLowerCase();
        break;
      case 'connection':
        head.connection = joined(head.connection, value);
        break;
      case 'transfer-encoding':
        head.transferEncoding = joined(head.transferEncoding, value);
        break;
      case 'content-length':
        head.contentLength = value;
        break;
      case 'expect':
        head.expect = joined(head.expect, value);
        break;
      case 'te':
        head.te = joined(head.te, value);
        break;
      case 'x-api-key':
        head.hasRivalCredentials ||= head.apiKey !== null && head.apiKey !== value;
        head.apiKey = value;
        break;
      case 'authorization':
        head.hasRivalCredentials ||= head.authorization !== null && head.authorization !== value;
        head.authorization = value;
        break;
      case 'x-forwarded-for':
        head.forwardedFor = joined(head.forwardedFor, value);
        break;
      case 'x-forwarded-proto':
        head.forwardedProto = value;
        break;
      case 'x-forwarded-host':
        head.forwardedHost = value;
        break;
      case 'user-agent':
        head.userAgent = value;
        break;
      default:
    }
  }
  return head;
}

/** Whether a body follows the head, which may turn out to be empty only if it is chunked. */
export function hasBody(head: Pick<RequestHead, 'transferEncoding' | 'contentLength'>): boolean {
  return (
    head.transferEncoding !== null ||
    (head.contentLength !== null && Number(head.contentLength) > 0)
  );
}
