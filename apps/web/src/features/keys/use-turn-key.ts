import { useMutation } from '@tanstack/react-query';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

/** Disables and enables keys, with a way back. */
export function useTurnKey() {
  const turn = useMutation(
    trpc.keys.update.mutationOptions({
      onSuccess: async ({ id, name, enabled }) => {
        showToast({
          text: enabled ? `${name} works again.` : `${name} is disabled.`,
          undo: () => turn.mutate({ key: id, enabled: !enabled }),
        });
        await queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
      onError: toastProblem,
    }),
  );
  return turn;
}
