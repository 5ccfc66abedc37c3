import {
  createdServiceKey,
  createServiceKeyInput,
  listServiceKeysInput,
  serviceKey,
  serviceKeyPage,
  serviceKeyRef,
} from '@apigate/contract';
import { createServiceKey, listServiceKeys, revokeServiceKey } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const serviceKeys = router({
  list: protectedProcedure
    .input(listServiceKeysInput)
    .output(serviceKeyPage)
    .query(({ ctx, input }) => listServiceKeys(ctx, input)),
  create: protectedProcedure
    .input(createServiceKeyInput)
    .output(createdServiceKey)
    .mutation(({ ctx, input }) => createServiceKey(ctx, input)),
  revoke: protectedProcedure
    .input(serviceKeyRef)
    .output(serviceKey)
    .mutation(({ ctx, input }) => revokeServiceKey(ctx, input)),
});
