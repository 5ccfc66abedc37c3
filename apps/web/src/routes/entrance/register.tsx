import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { buttonClassName } from '@apigate/ui/button';
import { RegisterForm } from '../../features/auth/register-form.tsx';
import { EntrancePage } from '../../lib/entrance-page.tsx';
import { trpc } from '../../lib/trpc.ts';
import { MailedScreen } from './mailed.tsx';

export function RegisterScreen() {
  const navigate = useNavigate();
  const { data: instance } = useQuery(trpc.auth.instance.queryOptions());
  const [mailedTo, setMailedTo] = useState<string>();

  if (mailedTo !== undefined) {
    return (
      <MailedScreen
        email={mailedTo}
        about="Follow the link in it to confirm your address; then your account is ready. The link is good for 24 hours."
        again={<Link to="/portal/verify-email">Send it again</Link>}
      />
    );
  }
  if (instance?.registrationOpen === false) {
    return (
      <EntrancePage
        title="Sign-up is closed"
        about="Nobody can sign up here by themselves. Ask the people who run this API for an account."
      >
        <Link to="/portal/login" className={buttonClassName()}>
          Go to sign-in
        </Link>
      </EntrancePage>
    );
  }
  return (
    <EntrancePage
      title="Create an account"
      about="With it you get keys for the API and see what they are used for."
      foot={
        <span>
          Have an account? <Link to="/portal/login">Sign in</Link>
        </span>
      }
    >
      <RegisterForm onSignedIn={() => void navigate({ to: '/portal' })} onMailed={setMailedTo} />
    </EntrancePage>
  );
}
