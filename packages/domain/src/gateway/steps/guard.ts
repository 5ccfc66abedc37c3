import { Refusal } from '../refusal.ts';
import { normalisePath } from './normalise-path.ts';

const hostForm = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** What the guard looks at. */
export interface GuardedHead {
  method: string;
  url: string;
  hostCount: number;
  /** In lower case. */
  host: string;
  expect: string | null;
}

/** Where a request goes: the path in its one form, and the query as it came, `?` included. */
export interface Target {
  path: string;
  query: string;
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

/** Lets through what every HTTP server reads alike, beyond what the parser has refused before. */
export function guard({ method, url, hostCount, host, expect }: GuardedHead): Target | Refusal {
  if (method === 'TRACE' || method === 'CONNECT') return new Refusal('method_not_allowed');
  if (hostCount !== 1 || !hostForm.test(host)) {
    return new Refusal('bad_request', {
      detail: 'The request needs exactly one valid Host header.',
    });
  }
  if (expect !== null && expect.toLowerCase() !== '100-continue') {
    return new Refusal('expectation_failed');
  }
  return targetOf(url);
}
