import type { Parsed, Route as RouteView, updateRouteInput } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { authorize } from '../access/authorize.ts';
import { changedValues } from '../audit/changed-values.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { withConstraints } from '../constraints.ts';
import { lockRow, requireUnchanged, requireVersion } from '../versions.ts';
import { routeConstraints } from './create-route.ts';
import { findRoute } from './find-route.ts';
import { findUpstream } from './find-upstream.ts';
import { routeView } from './route-view.ts';

/** Changes what is given and leaves the rest. @throws DomainError not_found, precondition_failed, name_taken */
export async function updateRoute(
  ctx: DomainContext,
  input: Parsed<typeof updateRouteInput>,
): Promise<RouteView> {
  authorize(ctx.actor, 'routes.write');
  const { route: asked, upstream, unchangedSince, ...fields } = input;
  return withConstraints(routeConstraints, () =>
    ctx.em.transactional(async (em) => {
      const route = await findRoute(em, asked);
      await lockRow(em, route, 'route');
      await em.populate(route, ['upstream']);
      const before = routeView(route);
      requireVersion(ctx, before);
      requireUnchanged(before, unchangedSince);
      if (upstream !== undefined) route.upstream = ref(await findUpstream(em, upstream));
      for (const [field, value] of Object.entries(fields)) {
        if (value !== undefined) Object.assign(route, { [field]: value });
      }
      route.updatedAt = ctx.now;
      await em.flush();
      const after = routeView(route);
      const changed = changedValues(before, after);
      if (changed !== null) {
        await recordAudit(ctx, em, {
          action: 'routes.updated',
          target: { kind: 'route', id: route.id, label: route.name },
          ...changed,
        });
      }
      return after;
    }),
  );
}
