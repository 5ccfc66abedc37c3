import { Refusal } from '../refusal.ts';
import type { RouteMatch, RouteTable } from '../route-table.ts';

/** What the proxy keeps for itself; no route reaches there, however it is spelt. */
const ownPath = /^\/_apigate(?:\/|$)/i;

/** Finds the route of a request. */
export function findRoute(
  routes: RouteTable,
  method: string,
  host: string,
  path: string,
): RouteMatch | Refusal {
  if (ownPath.test(path)) return new Refusal('route_not_found');
  return routes.match(method, host, path) ?? new Refusal('route_not_found');
}
