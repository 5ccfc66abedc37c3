import { rewrittenPath } from '@apigate/contract';
import type { RouteRecord } from './records.ts';

interface CompiledRoute {
  route: RouteRecord;
  /** `/v1/` for the pattern `/v1/*`; null for an exact path. */
  under: string | null;
  exact: string;
}

/** What matched: the route, and the path that its upstream gets. */
export interface RouteMatch {
  route: RouteRecord;
  upstreamPath: string;
}

/** What comes before every path at an upstream; without a slash at its end. */
export function basePathOf(upstreamUrl: URL): string {
  return upstreamUrl.pathname.replace(/\/$/, '');
}

/** Why a route is not for a request. */
export type RouteObstacle = 'host' | 'method' | 'path';

function matches({ exact, under }: CompiledRoute, path: string): boolean {
  return path === exact || (under !== null && path.startsWith(under));
}

function obstacleOf(
  compiled: CompiledRoute,
  method: string,
  host: string,
  path: string,
): RouteObstacle | null {
  const { route } = compiled;
  if (route.host !== null && route.host !== host && !host.startsWith(`${route.host}:`)) {
    return 'host';
  }
  if (route.methods.length > 0 && !route.methods.some((own) => own === method)) return 'method';
  return matches(compiled, path) ? null : 'path';
}

function rewritten({ route, exact, under }: CompiledRoute, path: string): string {
  if (route.rewrite === null) return path;
  if (under === null) return route.rewrite;
  return rewrittenPath(route.rewrite, path.slice(exact.length === 1 ? 0 : exact.length));
}

/**
 * The routes in force, in the order in which they are tried: higher priority, then a named host, then the longer
 * path, an exact one before a prefix, a named method before any, and at last the older one.
 */
export class RouteTable {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly RouteRecord[]) {
    this.#routes = routes
      .map((route) => {
        const isPrefix = route.path.endsWith('/*');
        const under = isPrefix ? route.path.slice(0, -1) : null;
        return { route, under, exact: isPrefix ? route.path.slice(0, -2) || '/' : route.path };
      })
      .toSorted(
        (a, b) =>
          b.route.priority - a.route.priority ||
          Number(b.route.host !== null) - Number(a.route.host !== null) ||
          b.exact.length - a.exact.length ||
          Number(a.under !== null) - Number(b.under !== null) ||
          Number(b.route.methods.length > 0) - Number(a.route.methods.length > 0) ||
          (a.route.id < b.route.id ? -1 : 1),
      );
  }

  /** What each route is called, by its id. */
  get names(): Map<string, string> {
    return new Map(this.#routes.map(({ route }) => [route.id, route.name]));
  }

  /**
   * The route of a request.
   *
   * @param host lower case, with its port if the request named one.
   * @param path normalised, without query.
   */
  match(method: string, host: string, path: string): RouteMatch | null {
    for (const compiled of this.#routes) {
      if (obstacleOf(compiled, method, host, path) === null) {
        return { route: compiled.route, upstreamPath: rewritten(compiled, path) };
      }
    }
    return null;
  }

  /** Every route in the order in which they are tried, with why it is not for a request. Takes what `match` takes. */
  consider(
    method: string,
    host: string,
    path: string,
  ): { route: RouteRecord; obstacle: RouteObstacle | null }[] {
    return this.#routes.map((compiled) => ({
      route: compiled.route,
      obstacle: obstacleOf(compiled, method, host, path),
    }));
  }
}
