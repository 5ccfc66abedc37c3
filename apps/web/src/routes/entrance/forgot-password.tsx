import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Button } from '@apigate/ui/button';
import { ForgotPasswordForm } from '../../features/auth/forgot-password-form.tsx';
import { EntrancePage } from '../../lib/entrance-page.tsx';
import { MailedScreen } from './mailed.tsx';

export function ForgotPasswordScreen() {
  const [mailedTo, setMailedTo] = useState<string>();
  if (mailedTo !== undefined) {
    return (
      <MailedScreen
        email={mailedTo}
        about="If there is an account with this address, the link in it sets a new password. It is good once, for 30 minutes."
        again={
          <Button kind="quiet" onClick={() => setMailedTo(undefined)}>
            Use another address
          </Button>
        }
      />
    );
  }
  return (
    <EntrancePage
      title="Forgot password?"
      about="Tell us your address, and we mail you a link to set a new one."
      foot={<Link to="/portal/login">Back to sign-in</Link>}
    >
      <ForgotPasswordForm onMailed={setMailedTo} />
    </EntrancePage>
  );
}
