import { type Listing, listing } from './listing.ts';
import type { Transport } from './transport.ts';
import type {
  CreateRouteInput,
  ListRoutesInput,
  Route,
  RouteTest,
  TestRouteInput,
  UpdateRouteInput,
} from './types.ts';

/** Which requests go to which upstream, and what they need. A `ref` is an id or name. */
export function routesApi(transport: Transport) {
  return {
    /** `await` for one page, `for await` for every route. */
    list: (input: ListRoutesInput = {}): Listing<Route> =>
      listing((cursor = input.cursor) => transport.query('routes.list', { ...input, cursor })),
    get: (ref: string): Promise<Route> => transport.query('routes.get', { route: ref }),
    create: (input: CreateRouteInput): Promise<Route> => transport.mutate('routes.create', input),
    /** Changes what is given; `null` clears. */
    update: (ref: string, changes: Omit<UpdateRouteInput, 'route'>): Promise<Route> =>
      transport.mutate('routes.update', { ...changes, route: ref }),
    delete: (ref: string): Promise<{ id: string }> =>
      transport.mutate('routes.delete', { route: ref }),
    /** What the proxy would do with a request, step by step; nothing is sent. */
    test: (request: TestRouteInput): Promise<RouteTest> => transport.query('routes.test', request),
  };
}
