import type { Route as RouteView } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findRoute } from './find-route.ts';
import { routeView } from './route-view.ts';

/** @throws DomainError not_found */
export async function getRoute(ctx: DomainContext, input: { route: string }): Promise<RouteView> {
  authorize(ctx.actor, 'routes.read');
  return routeView(await findRoute(ctx.em, input.route));
}
