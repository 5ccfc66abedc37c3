import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button, buttonClassName } from '@apigate/ui/button';
import { ResendVerificationForm } from '../../features/auth/resend-verification-form.tsx';
import { EntrancePage } from '../../lib/entrance-page.tsx';
import { errorCodeOf } from '../../lib/error-text.ts';
import { forgetMe } from '../../lib/me.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import { MailedScreen } from './mailed.tsx';

const route = getRouteApi('/portal/verify-email');

/** Opening the page does nothing by itself: programs that look through mails open links too. */
export function VerifyEmailScreen() {
  const { token } = route.useSearch();
  const [mailedTo, setMailedTo] = useState<string>();
  const verify = useMutation(trpc.auth.verifyEmail.mutationOptions({ onSuccess: forgetMe }));

  if (mailedTo !== undefined) {
    return (
      <MailedScreen
        email={mailedTo}
        about="If there is an account with this address that waits to be confirmed, the link in it does so. It is good for 24 hours."
        again={
          <Button kind="quiet" onClick={() => setMailedTo(undefined)}>
            Use another address
          </Button>
        }
      />
    );
  }
  if (verify.isSuccess) {
    return (
      <EntrancePage
        title="Your address is confirmed"
        about="Your account is ready, with the full limits of your plan."
      >
        <Link to="/portal" className={buttonClassName('primary')}>
          Go to your portal
        </Link>
      </EntrancePage>
    );
  }
  if (token === undefined || errorCodeOf(verify.error) === 'invalid_link') {
    return (
      <EntrancePage
        title={token === undefined ? 'Confirm your address' : 'This link is not good any more'}
        about={
          token === undefined
            ? 'Follow the link in the mail that we sent you, or have it sent again.'
            : 'It was used before, is older than 24 hours, or was cut short. If you have confirmed your address already, sign in; otherwise have a new link sent.'
        }
        foot={<Link to="/portal/login">Go to sign-in</Link>}
      >
        <ResendVerificationForm onMailed={setMailedTo} />
      </EntrancePage>
    );
  }
  return (
    <EntrancePage
      title="Confirm your address"
      about="One more click, and we know that this address is yours."
    >
      {verify.error && <ProblemReport error={verify.error} size="inline" />}
      <Button kind="primary" busy={verify.isPending} onClick={() => verify.mutate({ token })}>
        Confirm address
      </Button>
    </EntrancePage>
  );
}
