import type { Parsed, Route as RouteView, updateRouteInput } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { withUniqueness } from '../unique-violation.ts';
import { uniqueRoute } from './create-route.ts';
import { findRoute } from './find-route.ts';
import { findUpstream } from './find-upstream.ts';
import { routeView } from './route-view.ts';

/** Changes what is given and leaves the rest. @throws DomainError not_found, name_taken */
export async function updateRoute(
  ctx: DomainContext,
  input: Parsed<typeof updateRouteInput>,
): Promise<RouteView> {
  authorize(ctx.actor, 'routes.write');
  const { route: asked, upstream, ...fields } = input;
  const route = await findRoute(ctx.em, asked);
  if (upstream !== undefined) route.upstream = ref(await findUpstream(ctx.em, upstream));
  for (const [field, value] of Object.entries(fields)) {
    if (value !== undefined) Object.assign(route, { [field]: value });
  }
  route.updatedAt = ctx.now;
  await withUniqueness(uniqueRoute, () => ctx.em.flush());
  return routeView(route);
}
