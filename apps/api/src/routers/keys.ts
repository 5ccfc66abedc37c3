import {
  createdKey,
  createKeyInput,
  key,
  keyPage,
  keyRef,
  listKeysInput,
  updateKeyInput,
} from '@apigate/contract';
import { createKey, getKey, listKeys, revokeKey, updateKey } from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const keys = router({
  list: protectedProcedure
    .input(listKeysInput)
    .output(keyPage)
    .query(({ ctx, input }) => listKeys(ctx, input)),
  get: protectedProcedure
    .input(keyRef)
    .output(key)
    .query(({ ctx, input }) => getKey(ctx, input)),
  create: protectedProcedure
    .input(createKeyInput)
    .output(createdKey)
    .mutation(({ ctx, input }) => createKey(ctx, input)),
  update: protectedProcedure
    .input(updateKeyInput)
    .output(key)
    .mutation(({ ctx, input }) => updateKey(ctx, input)),
  revoke: protectedProcedure
    .input(keyRef)
    .output(key)
    .mutation(({ ctx, input }) => revokeKey(ctx, input)),
});
