import type { createRouteInput, Parsed, Route as RouteView } from '@apigate/contract';
import { ref } from '@mikro-orm/core';
import { authorize } from '../access/authorize.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { DomainContext } from '../context.ts';
import { newId } from '../ids.ts';
import { withConstraints } from '../constraints.ts';
import { findUpstream } from './find-upstream.ts';
import { Route } from './route.ts';
import { routeView } from './route-view.ts';

/** What a broken constraint of `routes` means. */
export const routeConstraints = {
  routes_name_unique: ['name_taken', 'Another route has this name.'],
  routes_upstream_id_foreign: ['not_found', 'There is no such upstream.'],
} as const;

/** Makes a route; the proxies follow within a second. @throws DomainError not_found (upstream), name_taken */
export async function createRoute(
  ctx: DomainContext,
  input: Parsed<typeof createRouteInput>,
): Promise<RouteView> {
  authorize(ctx.actor, 'routes.write');
  return withConstraints(routeConstraints, () =>
    ctx.em.transactional(async (em) => {
      const upstream = await findUpstream(em, input.upstream);
      const route = em.create(Route, {
        ...input,
        id: newId(),
        upstream: ref(upstream),
        createdAt: ctx.now,
        updatedAt: ctx.now,
      });
      await em.flush();
      const view = routeView(route);
      await recordAudit(ctx, em, {
        action: 'routes.created',
        target: { kind: 'route', id: route.id, label: route.name },
        after: view,
      });
      return view;
    }),
  );
}
