import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { buttonClassName } from '@apigate/ui/button';
import { Skeleton } from '@apigate/ui/skeleton';
import { SetupForm } from '../../features/auth/setup-form.tsx';
import { EntrancePage } from '../../lib/entrance-page.tsx';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';

const route = getRouteApi('/setup');

/** The first admin of an installation, made by whoever can read the server's terminal. */
export function SetupScreen() {
  const { token } = route.useSearch();
  const navigate = useNavigate();
  const [isBadLink, setIsBadLink] = useState(false);
  const status = useQuery(
    trpc.setup.status.queryOptions(undefined, { refetchOnWindowFocus: false }),
  );

  if (status.error) {
    return (
      <EntrancePage title="Set up apigate">
        <ProblemReport error={status.error} size="inline" onRetry={() => void status.refetch()} />
      </EntrancePage>
    );
  }
  if (!status.data) {
    return (
      <EntrancePage title="Set up apigate" about={<Skeleton chars={30} />}>
        <Skeleton heightPx={260} />
      </EntrancePage>
    );
  }
  if (!status.data.needed) {
    return (
      <EntrancePage
        title="This apigate is set up"
        about="There is an admin already. Sign in, or ask an admin for an invitation."
      >
        <Link to="/console/login" className={buttonClassName('primary')}>
          Go to sign-in
        </Link>
      </EntrancePage>
    );
  }
  if (token === undefined || isBadLink) {
    return (
      <EntrancePage
        title={isBadLink ? 'This link is not good any more' : 'Set up apigate'}
        about="There is no admin yet. The link that makes the first one stands in the terminal where apigate was started. It is good once; each start prints a new one."
      >
        <p>
          It looks like <code>{`${location.origin}/setup?token=…`}</code>
        </p>
      </EntrancePage>
    );
  }
  return (
    <EntrancePage
      title="Set up apigate"
      about="You are the first admin: you may change everything and invite others."
    >
      <SetupForm
        token={token}
        onSignedIn={() => void navigate({ to: '/console' })}
        onBadLink={() => setIsBadLink(true)}
      />
    </EntrancePage>
  );
}
