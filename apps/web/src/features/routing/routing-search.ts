import { choiceParam, textParam } from '../../lib/search-param.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';

export const testedMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** The request that the tester is asked about. */
export interface TestedRequest {
  method?: (typeof testedMethods)[number];
  path?: string;
  host?: string;
  /** A user, or a key as lists show it. */
  as?: string;
}

/** The test and what is open, as they stand in the address of the page. */
export interface RoutingSearch extends TestedRequest {
  /** Id of the open route, or `new`. */
  route?: string;
  /** Id of the open upstream, or `new`. */
  upstream?: string;
}

/** Takes from an address what it understands and drops the rest. */
export function readRoutingSearch(search: Readonly<Record<string, unknown>>): RoutingSearch {
  return withoutUndefined<RoutingSearch>({
    method: choiceParam(search['method'], testedMethods),
    path: textParam(search['path']),
    host: textParam(search['host']),
    as: textParam(search['as']),
    route: textParam(search['route']),
    upstream: textParam(search['upstream']),
  });
}

/** The test alone. */
export function testedRequestOf({ method, path, host, as }: RoutingSearch): TestedRequest {
  return withoutUndefined<TestedRequest>({ method, path, host, as });
}

/** Whose key comes with the request: that of a user, or one by what lists show of it. */
export function callerOf(as: string | undefined): { user?: string; key?: string } {
  if (as === undefined) return {};
  return /^[a-z0-9]{1,8}_[^@]{4,}$/.test(as) ? { key: as } : { user: as };
}
