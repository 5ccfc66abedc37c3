import {
  bulkUsersInput,
  bulkUsersResult,
  createUserInput,
  id,
  listUsersInput,
  setUserPasswordInput,
  suspendUserInput,
  updateUserInput,
  user,
  userPage,
  userRef,
} from '@apigate/contract';
import {
  activateUser,
  bulkUsers,
  createUser,
  deleteUser,
  getUser,
  listUsers,
  resetSecondFactor,
  setUserPassword,
  suspendUser,
  updateUser,
  verifyUser,
} from '@apigate/domain';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc.ts';

export const users = router({
  list: protectedProcedure
    .input(listUsersInput)
    .output(userPage)
    .query(({ ctx, input }) => listUsers(ctx, input)),
  get: protectedProcedure
    .input(userRef)
    .output(user)
    .query(({ ctx, input }) => getUser(ctx, input)),
  create: protectedProcedure
    .input(createUserInput)
    .output(user)
    .mutation(({ ctx, input }) => createUser(ctx, input)),
  update: protectedProcedure
    .input(updateUserInput)
    .output(user)
    .mutation(({ ctx, input }) => updateUser(ctx, input)),
  suspend: protectedProcedure
    .input(suspendUserInput)
    .output(user)
    .mutation(({ ctx, input }) => suspendUser(ctx, input)),
  activate: protectedProcedure
    .input(userRef)
    .output(user)
    .mutation(({ ctx, input }) => activateUser(ctx, input)),
  verify: protectedProcedure
    .input(userRef)
    .output(user)
    .mutation(({ ctx, input }) => verifyUser(ctx, input)),
  setPassword: protectedProcedure
    .input(setUserPasswordInput)
    .output(user)
    .mutation(({ ctx, input }) => setUserPassword(ctx, input)),
  resetSecondFactor: protectedProcedure
    .input(userRef)
    .output(user)
    .mutation(({ ctx, input }) => resetSecondFactor(ctx, input)),
  delete: protectedProcedure
    .input(userRef)
    .output(z.object({ id }))
    .mutation(({ ctx, input }) => deleteUser(ctx, input)),
  bulk: protectedProcedure
    .input(bulkUsersInput)
    .output(bulkUsersResult)
    .mutation(({ ctx, input }) => bulkUsers(ctx, input)),
});
