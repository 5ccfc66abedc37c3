import { updateUserInput, user } from '@apigate/contract';
import { activateUser, getUser, suspendUser, updateUser } from '@apigate/domain';
import { z } from 'zod';
import { protectedProcedure, router } from '../trpc.ts';

/** `users.update`, where whether a user is active is one of the fields: all of it happens, or none. */
export const userUpdates = router({
  users: router({
    update: protectedProcedure
      .input(updateUserInput.extend({ isActive: z.boolean().optional() }))
      .output(user)
      .mutation(({ ctx, input: { isActive, ...fields } }) =>
        ctx.em.transactional(async (em) => {
          const inside = { ...ctx, em };
          const hasFields = Object.values(fields).some(
            (value) => value !== undefined && value !== fields.user,
          );
          const updated = await (hasFields ? updateUser : getUser)(inside, fields);
          const ref = { user: updated.id };
          if (isActive === true && updated.status !== 'active') return activateUser(inside, ref);
          if (isActive === false && updated.status !== 'suspended') return suspendUser(inside, ref);
          return updated;
        }),
      ),
  }),
});
