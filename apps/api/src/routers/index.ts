import { router } from '../trpc.ts';
import { auth } from './auth.ts';
import { keys } from './keys.ts';
import { plans } from './plans.ts';
import { routes } from './routes.ts';
import { upstreams } from './upstreams.ts';
import { usage } from './usage.ts';
import { users } from './users.ts';

export const appRouter = router({ auth, keys, plans, routes, upstreams, usage, users });

export type AppRouter = typeof appRouter;
