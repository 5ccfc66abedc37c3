import { trpc } from '../../lib/trpc.ts';

/** Follows the chain of the whole log; only when asked, because it reads every event. */
export const chainQuery = trpc.audit.verify.queryOptions(undefined, { enabled: false, gcTime: 0 });
