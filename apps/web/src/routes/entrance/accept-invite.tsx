import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { buttonClassName } from '@apigate/ui/button';
import { Skeleton } from '@apigate/ui/skeleton';
import { AcceptInviteForm } from '../../features/auth/accept-invite-form.tsx';
import { EntrancePage } from '../../lib/entrance-page.tsx';
import { errorCodeOf } from '../../lib/error-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';

const route = getRouteApi('/accept-invite');

export function AcceptInviteScreen() {
  const { token = '' } = route.useSearch();
  const navigate = useNavigate();
  const offer = useQuery(
    trpc.invites.offer.queryOptions(
      { token },
      { enabled: token !== '', refetchOnWindowFocus: false },
    ),
  );

  if (token === '' || errorCodeOf(offer.error) === 'invalid_link') {
    return (
      <EntrancePage
        title="This invitation is not good any more"
        about="It was used before, taken back, is older than 48 hours, or the link was cut short. Ask whoever invited you for a new one."
      >
        <Link to="/console/login" className={buttonClassName()}>
          Go to sign-in
        </Link>
      </EntrancePage>
    );
  }
  if (offer.error) {
    return (
      <EntrancePage title="You are invited">
        <ProblemReport error={offer.error} size="inline" onRetry={() => void offer.refetch()} />
      </EntrancePage>
    );
  }
  if (!offer.data) {
    return (
      <EntrancePage title="You are invited" about={<Skeleton chars={30} />}>
        <Skeleton heightPx={320} />
      </EntrancePage>
    );
  }
  return (
    <EntrancePage
      title="You are invited"
      about={
        <>
          Choose a password, and you are <strong>{roleText[offer.data.role]}</strong>.
        </>
      }
      foot={
        <span>
          Have an account? <Link to="/console/login">Sign in</Link>
        </span>
      }
    >
      <AcceptInviteForm
        token={token}
        offer={offer.data}
        onSignedIn={() => void navigate({ to: '/console' })}
      />
    </EntrancePage>
  );
}

const roleText = {
  moderator: 'a moderator, who looks after customers',
  admin: 'an admin, who may change everything',
} as const;
