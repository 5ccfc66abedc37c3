import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { findRoute } from './find-route.ts';

/** Removes a route. Its usage stays. @throws DomainError not_found */
export async function deleteRoute(
  ctx: DomainContext,
  input: { route: string },
): Promise<{ id: string }> {
  authorize(ctx.actor, 'routes.write');
  const route = await findRoute(ctx.em, input.route);
  const { id, name } = route;
  await ctx.em.transactional(async (em) => {
    await em.remove(route).flush();
    await recordAudit(ctx, em, {
      action: 'routes.deleted',
      target: { kind: 'route', id, label: name },
    });
  });
  return { id };
}
