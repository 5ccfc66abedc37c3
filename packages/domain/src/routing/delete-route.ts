import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { lockRow, requireVersion } from '../versions.ts';
import { findRoute } from './find-route.ts';
import { routeView } from './route-view.ts';

/** Removes a route. Its usage stays. @throws DomainError not_found */
export async function deleteRoute(
  ctx: DomainContext,
  input: { route: string },
): Promise<{ id: string }> {
  authorize(ctx.actor, 'routes.write');
  return ctx.em.transactional(async (em) => {
    const route = await findRoute(em, input.route);
    await lockRow(em, route, 'route');
    await em.populate(route, ['upstream']);
    requireVersion(ctx, routeView(route));
    const { id, name } = route;
    await em.remove(route).flush();
    await recordAudit(ctx, em, {
      action: 'routes.deleted',
      target: { kind: 'route', id, label: name },
    });
    return { id };
  });
}
