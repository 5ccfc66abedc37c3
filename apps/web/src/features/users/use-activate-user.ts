import { useMutation } from '@tanstack/react-query';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';

/** Activates users and reports it, with a way back: nothing is lost by it, so nothing is asked. */
export function useActivateUser() {
  const suspend = useMutation(
    trpc.users.suspend.mutationOptions({
      onSuccess: async ({ email }) => {
        showToast({ text: `${email} is suspended again.` });
        await refreshUserData();
      },
      onError: toastProblem,
    }),
  );
  return useMutation(
    trpc.users.activate.mutationOptions({
      onSuccess: async (user) => {
        showToast({
          text: `${user.email} is active again; their keys work.`,
          undo: () => suspend.mutate({ user: user.id }),
        });
        await refreshUserData();
      },
      onError: toastProblem,
    }),
  );
}
