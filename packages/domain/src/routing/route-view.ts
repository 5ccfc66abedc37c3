import { route as routeSchema, type Route as RouteView } from '@apigate/contract';
import { wrap } from '@mikro-orm/core';
import type { Route } from './route.ts';

/** A route, loaded with its upstream, as every surface shows it. */
export function routeView(route: Route): RouteView {
  return routeSchema.parse(wrap(route).toObject());
}
