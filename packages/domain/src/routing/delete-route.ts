import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { findRoute } from './find-route.ts';

/** Removes a route. Its usage stays. @throws DomainError not_found */
export async function deleteRoute(
  ctx: DomainContext,
  input: { route: string },
): Promise<{ id: string }> {
  authorize(ctx.actor, 'routes.write');
  const route = await findRoute(ctx.em, input.route);
  const { id } = route;
  await ctx.em.remove(route).flush();
  return { id };
}
