import type { AnyTRPCRouter } from '@trpc/server';
import { appRouter } from '../routers/index.ts';

/** A procedure of the control plane, as its callers know it. */
export interface Procedure {
  /** `users.get` */
  name: string;
  isQuery: boolean;
}

/** Every procedure that there is; one that is added later is among them. */
export function allProcedures(): Procedure[] {
  // At run time the list is flat, which the router's own type does not tell.
  const { _def }: AnyTRPCRouter = appRouter;
  return Object.entries<{ _def: { type: string } }>(_def.procedures).map(([name, procedure]) => ({
    name,
    isQuery: procedure._def.type === 'query',
  }));
}
