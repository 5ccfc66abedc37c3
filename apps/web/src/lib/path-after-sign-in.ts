import type { User } from '@apigate/contract';
import { mayEnterConsole } from './permissions.ts';

/** Where a person goes after signing in: back to where they were, if that is theirs, else home. */
export function pathAfterSignIn(user: Pick<User, 'role'>, next: string | undefined): string {
  const home = mayEnterConsole(user) ? '/console' : '/portal';
  const path = next === undefined ? undefined : sameOriginPath(next);
  if (path === undefined) return home;
  return path.startsWith('/console') && !mayEnterConsole(user) ? home : path;
}

/** The path, if it is one of this site: `//evil.example` and `/\evil.example` are addresses of another. */
function sameOriginPath(next: string): string | undefined {
  const url = URL.parse(next, location.origin);
  if (!next.startsWith('/') || url?.origin !== location.origin) return undefined;
  return url.pathname + url.search + url.hash;
}
