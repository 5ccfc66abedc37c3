import {
  createdKey,
  createKeyInput,
  key,
  keyPage,
  keyRef,
  keyRotation,
  keyRotationInUse,
  listKeysInput,
  rotatedKey,
  rotateKeyInput,
  scopeList,
  updateKeyInput,
} from '@apigate/contract';
import {
  cancelRotation,
  createKey,
  finishRotation,
  getKey,
  getRotation,
  listKeys,
  listScopes,
  revokeKey,
  rotateKey,
  updateKey,
} from '@apigate/domain';
import { protectedProcedure, router } from '../trpc.ts';

export const keys = router({
  list: protectedProcedure
    .input(listKeysInput)
    .output(keyPage)
    .query(({ ctx, input }) => listKeys(ctx, input)),
  scopes: protectedProcedure.output(scopeList).query(({ ctx }) => listScopes(ctx)),
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
  rotate: protectedProcedure
    .input(rotateKeyInput)
    .output(rotatedKey)
    .mutation(({ ctx, input }) => rotateKey(ctx, input)),
  rotation: protectedProcedure
    .input(keyRef)
    .output(keyRotationInUse)
    .query(({ ctx, input }) => getRotation(ctx, input)),
  cancelRotation: protectedProcedure
    .input(keyRef)
    .output(keyRotation)
    .mutation(({ ctx, input }) => cancelRotation(ctx, input)),
  finishRotation: protectedProcedure
    .input(keyRef)
    .output(keyRotation)
    .mutation(({ ctx, input }) => finishRotation(ctx, input)),
});
