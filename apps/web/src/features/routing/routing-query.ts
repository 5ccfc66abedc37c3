import { keepPreviousData } from '@tanstack/react-query';
import { trpc } from '../../lib/trpc.ts';
import { callerOf, type TestedRequest } from './routing-search.ts';

/** Every route, on one page. */
export const routesQuery = trpc.routes.list.queryOptions({ limit: 200 });

/** Every upstream, on one page. */
export const upstreamsQuery = trpc.upstreams.list.queryOptions({ limit: 200 });

/** What the proxy would do with a request; asks nothing where there is no path. */
export function routeTestQuery({ method = 'GET', path, host, as }: TestedRequest) {
  return trpc.routes.test.queryOptions(
    { method, path: path ?? '/', ...(host !== undefined && { host }), ...callerOf(as) },
    { enabled: path !== undefined, placeholderData: keepPreviousData, retry: false },
  );
}
