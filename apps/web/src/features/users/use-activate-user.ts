import { useMutation } from '@tanstack/react-query';
import { showToast } from '@apigate/ui/toasts';
import { problemText } from '../../lib/error-text.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

/** Activates users and reports it: nothing is lost by it, so nothing is asked. */
export function useActivateUser() {
  return useMutation(
    trpc.users.activate.mutationOptions({
      onSuccess: async (user) => {
        showToast({ text: `${user.email} is active again; their keys work.` });
        await queryClient.invalidateQueries(trpc.users.pathFilter());
      },
      onError: (error) => {
        const { what, next } = problemText(error);
        showToast({ text: `${what} ${next}` });
      },
    }),
  );
}
