import { useMutation } from '@tanstack/react-query';
import type { Mail } from '@apigate/contract';
import { Button, type ButtonLook } from '@apigate/ui/button';
import { showToast } from '@apigate/ui/toasts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

export interface RetryMailButtonProps {
  mail: Mail;
  kind?: ButtonLook['kind'];
}

/** Tries a mail once more that has stayed; there is none for others. */
export function RetryMailButton({ mail, kind }: RetryMailButtonProps) {
  const retry = useMutation(
    trpc.mails.retry.mutationOptions({
      onSuccess: async () => {
        showToast({ text: `The mail to ${mail.to} is on its way again.` });
        await queryClient.invalidateQueries(trpc.mails.pathFilter());
      },
      onError: toastProblem,
    }),
  );
  if (mail.status !== 'kept' && mail.status !== 'failed') return null;
  return (
    <Button
      kind={kind}
      busy={retry.isPending}
      aria-label={`Try again to send the mail to ${mail.to}`}
      onClick={() => retry.mutate({ mail: mail.id })}
    >
      Try again
    </Button>
  );
}
