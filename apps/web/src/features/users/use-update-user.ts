import { useMutation } from '@tanstack/react-query';
import type { UpdateUserInput, User } from '@apigate/contract';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';

/**
 * Changes a user and reports it, with a way back to what was there. Another role has none: it has ended sessions and
 * sent mails.
 *
 * @param user as they are before.
 * @param reportOf what the report says.
 */
export function useUpdateUser(
  user: User,
  reportOf: (changed: User) => string,
  onChanged: () => void,
) {
  const goBack = useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: async ({ email }) => {
        showToast({ text: `${email} is as before.` });
        await refreshUserData();
      },
      onError: toastProblem,
    }),
  );
  return useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: async (changed, { role, ...changes }) => {
        onChanged();
        showToast({
          text: reportOf(changed),
          undo: role === undefined ? () => goBack.mutate(asBefore(user, changes)) : undefined,
        });
        await refreshUserData();
      },
    }),
  );
}

/** The fields that are changed, with the values that they had. */
function asBefore(before: User, changes: UpdateUserInput): UpdateUserInput {
  const { user: _, plan, ...fields } = changes;
  const values = Object.keys(fields).map((field) => [field, Reflect.get(before, field)]);
  return {
    user: before.id,
    ...Object.fromEntries(values),
    ...(plan !== undefined && { plan: before.plan.slug }),
  };
}
