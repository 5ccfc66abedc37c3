/**
 * The path that an upstream gets from a route that covers everything under a path.
 *
 * @param rewrite what takes the place of the matched part
 * @param rest what follows the matched part: empty, or with a slash at its beginning
 */
export function rewrittenPath(rewrite: string, rest: string): string {
  const base = rewrite === '/' && rest.startsWith('/') ? '' : rewrite.replace(/\/$/, '');
  return base + rest || '/';
}
