import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';

/** Takes a person's word for it, instead of a click in a mail. */
export function VerifyUserButton({ user }: { user: User }) {
  const verify = useMutation(
    trpc.users.verify.mutationOptions({
      onSuccess: async () => {
        showToast({ text: `${user.email} is verified.` });
        await refreshUserData();
      },
      onError: toastProblem,
    }),
  );
  return (
    <Button busy={verify.isPending} onClick={() => verify.mutate({ user: user.id })}>
      Mark as verified
    </Button>
  );
}
