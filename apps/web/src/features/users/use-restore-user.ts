import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { client } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';

/** Undoes a suspension: the user is again what they were. */
export function useRestoreUser() {
  return useMutation({
    mutationFn: ({ id }: User) => client.users.bulk.mutate({ action: 'restore', users: [id] }),
    onSuccess: async (_done, { email, status }) => {
      showToast({
        text:
          status === 'active'
            ? `${email} is active again; their keys work.`
            : `${email} is ${status} again.`,
      });
      await refreshUserData();
    },
    onError: toastProblem,
  });
}
