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
  return origin === new URL(publicUrl).origin || isOriginOf(origin, host);
}

function isOriginOf(origin: string, host: string | undefined): boolean {
  return host !== undefined && URL.parse(origin)?.host === host;
}
