import { trpc } from '../../lib/trpc.ts';

/** Every plan that the caller may know of, on one page. */
export const plansQuery = trpc.plans.list.queryOptions({ limit: 200 });
