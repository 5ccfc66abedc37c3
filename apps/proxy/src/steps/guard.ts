import { normalisePath, Refusal } from '@apigate/domain/gateway';
import type { RequestHead } from '../request-head.ts';

const urlBytesMax = 8_192;
const headersMax = 100;
const hostForm = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** Where a request goes: the path in its one form, and the query as it came, `?` included. */
export interface Target {
  path: string;
  query: string;
}

/** The request line and headers as far as the guard looks at them. */
export interface GuardedRequest {
  method: string;
  url: string;
  httpVersion: string;
  head: RequestHead;
}

function targetOf(url: string): Target | Refusal {
  if (!url.startsWith('/')) {
    const detail = 'The target of the request must be a path that starts with a slash.';
    return new Refusal('bad_request', { detail });
  }
  const mark = url.indexOf('?');
  const path = normalisePath(mark === -1 ? url : url.slice(0, mark));
  if (path instanceof Refusal) return path;
  const query = mark === -1 ? '' : url.slice(mark);
  if (query.includes('#')) {
    return new Refusal('bad_request', { detail: 'The target of the request holds a #.' });
  }
  return { path, query };
}

/** Lets through what every HTTP server reads alike, beyond what Node's parser has refused before. */
export function guard({ method, url, httpVersion, head }: GuardedRequest): Target | Refusal {
  if (url.length > urlBytesMax) return new Refusal('uri_too_long');
  if (head.headerCount > headersMax) return new Refusal('headers_too_large');
  if (method === 'TRACE' || method === 'CONNECT') return new Refusal('method_not_allowed');
  if (head.hostCount !== 1 || !hostForm.test(head.host)) {
    return new Refusal('bad_request', {
      detail: 'The request needs exactly one valid Host header.',
    });
  }
  if (head.transferEncoding !== null) {
    if (httpVersion !== '1.1' || head.transferEncoding.toLowerCase() !== 'chunked') {
      const detail = 'The only transfer encoding is chunked, and that in HTTP/1.1 alone.';
      return new Refusal('bad_request', { detail });
    }
  }
  if (head.expect !== null && head.expect.toLowerCase() !== '100-continue') {
    return new Refusal('expectation_failed');
  }
  return targetOf(url);
}
