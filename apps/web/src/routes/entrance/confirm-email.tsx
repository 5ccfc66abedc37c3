import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { EmailChange } from '@apigate/contract';
import { Button, buttonClassName } from '@apigate/ui/button';
import { EntrancePage } from '../../lib/entrance-page.tsx';
import { errorCodeOf } from '../../lib/error-text.ts';
import { forgetMe } from '../../lib/me.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';

const route = getRouteApi('/portal/confirm-email');

/** One end of a change of address says yes. */
export function ConfirmEmailScreen() {
  const { token } = route.useSearch();
  const confirm = useMutation(
    trpc.security.confirmEmailChange.mutationOptions({ onSuccess: forgetMe }),
  );

  if (confirm.data) {
    const { title, about } = confirmedText[confirm.data.confirmed];
    return (
      <EntrancePage title={title} about={about}>
        <Link to="/portal" className={buttonClassName('primary')}>
          Go to your portal
        </Link>
      </EntrancePage>
    );
  }
  if (token === undefined || errorCodeOf(confirm.error) === 'invalid_link') {
    return (
      <EntrancePage
        title="This link is not good any more"
        about="It was used before, is older than 24 hours, or was cut short. Ask for the change once more; both addresses get new links."
      >
        <Link to="/portal/security" className={buttonClassName()}>
          Go to your security page
        </Link>
      </EntrancePage>
    );
  }
  return (
    <EntrancePage
      title="Confirm the change of address"
      about="Your account moves to the new address as soon as both, the old one and the new one, have said yes. If you did not ask for this, close this page."
    >
      {confirm.error && <ProblemReport error={confirm.error} size="inline" />}
      <Button kind="primary" busy={confirm.isPending} onClick={() => confirm.mutate({ token })}>
        Confirm change
      </Button>
    </EntrancePage>
  );
}

const confirmedText: Record<EmailChange['confirmed'], { title: string; about: string }> = {
  old: {
    title: 'Your old address has said yes',
    about: 'Now follow the link in the mail to the new address. Until then nothing changes.',
  },
  new: {
    title: 'Your new address has said yes',
    about: 'Now follow the link in the mail to the old address. Until then nothing changes.',
  },
  both: {
    title: 'Your address has changed',
    about: 'From now on you sign in with the new one. Sessions elsewhere have ended.',
  },
};
