import type { Request } from 'express';

/**
 * Whether a browser sent this request from a page of ours. `Sec-Fetch-Site` tells where it is sent; where it is not,
 * `Origin` must be ours. A request with neither is not taken for one of ours.
 */
export function isSameOrigin(req: Request, publicUrl: string): boolean {
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = req.headers;
  if (origin === undefined) return false;
  const ours = new URL(publicUrl);
  const theirs = URL.parse(origin);
  if (theirs === null || theirs.origin !== origin) return false;
  // A page over plain http is not ours where we are public by https: anybody on the way can have written it.
  if (ours.protocol === 'https:' && theirs.protocol !== 'https:') return false;
  return theirs.host === ours.host || (host !== undefined && theirs.host === host);
}
