import { accepted, listSessionsInput, sessionList, sessionRef } from '@apigate/contract';
import { endOtherSessions, endSession, listSessions } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const sessions = router({
  list: protectedProcedure
    .input(listSessionsInput)
    .output(sessionList)
    .query(({ ctx, input }) => listSessions(ctx, input)),
  end: protectedProcedure
    .input(sessionRef)
    .output(accepted)
    .mutation(({ ctx, input }) => endSession(ctx, input)),
  endOthers: protectedProcedure.output(accepted).mutation(({ ctx }) => endOtherSessions(ctx)),
});
