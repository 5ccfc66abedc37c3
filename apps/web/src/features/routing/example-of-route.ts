import { rewrittenPath } from '@apigate/contract';

/** The part of a route that its example is made of. */
export interface RoutePattern {
  path: string;
  rewrite: string | null;
}

/** A path that a route covers, and what its upstream is asked for then. Null where the pattern is none yet. */
export function exampleOfRoute(
  { path, rewrite }: RoutePattern,
  upstreamUrl: string,
): { asked: string; sent: string } | null {
  if (!path.startsWith('/')) return null;
  const isPrefix = path.endsWith('/*');
  const base = isPrefix ? path.slice(0, -2) : path;
  const rest = isPrefix ? '/users/7' : '';
  const asked = `${base}${rest}`;
  const rewritten = isPrefix && rewrite !== null ? rewrittenPath(rewrite, rest) : rewrite;
  return { asked, sent: `${upstreamUrl.replace(/\/$/, '')}${rewritten ?? asked}` };
}
