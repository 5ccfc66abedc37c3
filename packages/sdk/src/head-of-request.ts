import type { RequestHead } from './check-key.ts';

/** What a request of the Fetch standard tells. */
export function headOfRequest({ method, url, headers }: Request): RequestHead {
  const { host, pathname } = new URL(url);
  return {
    method,
    host,
    target: pathname,
    apiKey: headers.get('x-api-key'),
    authorization: headers.get('authorization'),
  };
}
