import { setupInput, setupStatus, signedIn } from '@apigate/contract';
import { completeSetup, isSetupNeeded } from '@apigate/domain';
import { handOver } from '../session-transport.ts';
import { publicProcedure, router } from '../trpc.ts';

export const setup = router({
  status: publicProcedure
    .output(setupStatus)
    .query(async ({ ctx }) => ({ needed: await isSetupNeeded(ctx.em) })),
  complete: publicProcedure
    .input(setupInput)
    .output(signedIn)
    .mutation(({ ctx, input }) => handOver(ctx, input.cookies, () => completeSetup(ctx, input))),
});
