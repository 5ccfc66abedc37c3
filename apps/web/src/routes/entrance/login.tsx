import { useState } from 'react';
import { Link, useLocation, useRouter, useSearch } from '@tanstack/react-router';
import { IconInfoCircle } from '@tabler/icons-react';
import type { User } from '@apigate/contract';
import { Notice } from '@apigate/ui/notice';
import { SecondFactorForm } from '../../features/auth/second-factor-form.tsx';
import { SignInForm, type Credentials } from '../../features/auth/sign-in-form.tsx';
import { EntrancePage } from '../../lib/entrance-page.tsx';
import { pathAfterSignIn } from '../../lib/path-after-sign-in.ts';
import { loginNotices } from '../../lib/login-search.ts';

/** The one sign-in page, at /console/login and at /portal/login. */
export function LoginScreen() {
  const { history } = useRouter();
  const { next, notice } = useSearch({ strict: false });
  const isPortal = useLocation({ select: ({ pathname }) => pathname.startsWith('/portal') });
  const [credentials, setCredentials] = useState<Credentials>();

  function goOn(user: User): void {
    history.push(pathAfterSignIn(user, next));
  }

  if (credentials) {
    return (
      <EntrancePage title="Enter your code" about={`You are signing in as ${credentials.email}.`}>
        <SecondFactorForm
          credentials={credentials}
          onSignedIn={goOn}
          onBack={() => setCredentials(undefined)}
        />
      </EntrancePage>
    );
  }
  return (
    <EntrancePage
      title="Sign in"
      foot={
        <>
          <Link to="/portal/forgot-password">Forgot password?</Link>
          {isPortal && <Link to="/portal/register">Create an account</Link>}
        </>
      }
    >
      {notice && (
        <Notice tone="info" icon={<IconInfoCircle aria-hidden />}>
          {loginNotices[notice]}
        </Notice>
      )}
      <SignInForm onSignedIn={goOn} onSecondFactor={setCredentials} />
    </EntrancePage>
  );
}
