import { useMutation } from '@tanstack/react-query';
import { IconMailExclamation } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { Notice } from '@apigate/ui/notice';
import { showToast } from '@apigate/ui/toasts';
import { problemText } from '../../lib/error-text.ts';
import { useMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import styles from './pending-banner.module.css';

/** Tells people whose address is not confirmed what that means, and mails the link once more. */
export function PendingBanner() {
  const me = useMe();
  const resend = useMutation(
    trpc.auth.resendVerification.mutationOptions({
      onSuccess: () => showToast({ text: `A new link is on its way to ${me.email}.` }),
      onError: (error) => {
        const { what, next } = problemText(error);
        showToast({ text: `${what} ${next}` });
      },
    }),
  );
  if (me.status !== 'pending') return null;
  return (
    <div className={styles.banner}>
      <Notice
        tone="warn"
        icon={<IconMailExclamation aria-hidden />}
        action={
          <Button busy={resend.isPending} onClick={() => resend.mutate({ email: me.email })}>
            Send a new link
          </Button>
        }
      >
        Your e-mail address is not confirmed yet, so you can have one key, and it works within small
        limits. Follow the link in the mail that we sent to {me.email}.
      </Notice>
    </div>
  );
}
