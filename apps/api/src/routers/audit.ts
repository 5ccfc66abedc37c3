import {
  accessPage,
  auditEvent,
  auditPage,
  auditRef,
  auditVerdict,
  listAccessInput,
  listAuditInput,
} from '@apigate/contract';
import { getAuditEvent, listAccessRecords, listAudit, verifyAudit } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const audit = router({
  list: protectedProcedure
    .input(listAuditInput)
    .output(auditPage)
    .query(({ ctx, input }) => listAudit(ctx, input)),
  get: protectedProcedure
    .input(auditRef)
    .output(auditEvent)
    .query(({ ctx, input }) => getAuditEvent(ctx, input)),
  verify: protectedProcedure.output(auditVerdict).query(({ ctx }) => verifyAudit(ctx)),
  access: protectedProcedure
    .input(listAccessInput)
    .output(accessPage)
    .query(({ ctx, input }) => listAccessRecords(ctx, input)),
});
