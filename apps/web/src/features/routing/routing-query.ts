import { trpc } from '../../lib/trpc.ts';

/** Every route, on one page. */
export const routesQuery = trpc.routes.list.queryOptions({ limit: 200 });

/** Every upstream, on one page. */
export const upstreamsQuery = trpc.upstreams.list.queryOptions({ limit: 200 });
