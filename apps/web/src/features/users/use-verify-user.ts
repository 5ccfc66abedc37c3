import { useMutation } from '@tanstack/react-query';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';

/** Takes a person's word for it, instead of a click in a mail. */
export function useVerifyUser() {
  return useMutation(
    trpc.users.verify.mutationOptions({
      onSuccess: async ({ email }) => {
        showToast({ text: `${email} is verified.` });
        await refreshUserData();
      },
      onError: toastProblem,
    }),
  );
}
