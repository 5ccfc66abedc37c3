import { useState } from 'react';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { buttonClassName } from '@apigate/ui/button';
import { ResetPasswordForm } from '../../features/auth/reset-password-form.tsx';
import { EntrancePage } from '../../lib/entrance-page.tsx';

const route = getRouteApi('/auth/reset-password');

export function ResetPasswordScreen() {
  const { token } = route.useSearch();
  const navigate = useNavigate();
  const [isBadLink, setIsBadLink] = useState(token === undefined);

  if (token === undefined || isBadLink) {
    return (
      <EntrancePage
        title="This link is not good any more"
        about="It was used before, is older than 30 minutes, or was cut short."
        foot={<Link to="/portal/login">Go to sign-in</Link>}
      >
        <Link to="/portal/forgot-password" className={buttonClassName('primary')}>
          Ask for a new link
        </Link>
      </EntrancePage>
    );
  }
  return (
    <EntrancePage
      title="Set a new password"
      about="All your sessions end; you sign in again with the new one."
    >
      <ResetPasswordForm
        token={token}
        onBadLink={() => setIsBadLink(true)}
        onDone={() => void navigate({ to: '/portal/login', search: { notice: 'password-set' } })}
      />
    </EntrancePage>
  );
}
