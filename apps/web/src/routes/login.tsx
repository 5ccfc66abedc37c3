import { useRouter, useSearch } from '@tanstack/react-router';
import { ThemeToggle } from '@apigate/ui/theme-toggle';
import { SignInForm } from '../features/auth/sign-in-form.tsx';
import { Brand } from '../lib/brand.tsx';
import { OfflineNotice } from '../lib/offline-notice.tsx';
import { pathAfterSignIn } from '../lib/path-after-sign-in.ts';
import styles from './login.module.css';

/** The one sign-in page, at /console/login and at /portal/login. */
export function LoginScreen() {
  const { history } = useRouter();
  const { next } = useSearch({ strict: false });
  return (
    <div className={styles.page} data-density="roomy">
      <title>Sign in · apigate</title>
      <div className={styles.theme}>
        <ThemeToggle />
      </div>
      <main className={styles.main}>
        <Brand />
        <div className={styles.card}>
          <h1>Sign in</h1>
          <OfflineNotice />
          <SignInForm onSignedIn={(user) => history.push(pathAfterSignIn(user, next))} />
        </div>
      </main>
    </div>
  );
}
