import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { UserAudit } from '../../features/audit/user-audit.tsx';
import { UserKeys } from '../../features/keys/user-keys.tsx';
import { UserRefusals } from '../../features/refusals/user-refusals.tsx';
import { UserSessions } from '../../features/security/user-sessions.tsx';
import { UsagePanel } from '../../features/usage/usage-panel.tsx';
import { UserActions } from '../../features/users/user-actions.tsx';
import { userInCode } from '../../features/users/user-in-code.ts';
import { UserMetadata } from '../../features/users/user-metadata.tsx';
import { UserProfile } from '../../features/users/user-profile.tsx';
import { UserStatusMark } from '../../features/users/user-status-mark.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { mayRunInstallation } from '../../lib/permissions.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import { PendingScreen } from '../pending.tsx';
import styles from './user.module.css';

const route = getRouteApi('/console/users/$id');

export function UserScreen() {
  const { id } = route.useParams();
  return (
    <Page title="User">
      <Link to="/console/users" className={styles.back}>
        <IconArrowLeft aria-hidden size={16} /> Users
      </Link>
      <QueryBoundary key={id} pending={<PendingScreen />}>
        <UserPage id={id} />
      </QueryBoundary>
    </Page>
  );
}

function UserPage({ id }: { id: string }) {
  const me = useMe();
  const { data: user } = useSuspenseQuery(trpc.users.get.queryOptions({ user: id }));
  return (
    <div className={styles.page}>
      <title>{`${user.email} · apigate`}</title>
      <PageHeader
        title={user.email}
        meta={<UserStatusMark user={user} />}
        about={user.suspendedReason && `Suspended: ${user.suspendedReason}`}
        actions={
          <>
            <CodePopover about="This user, and what can be done." samples={userInCode(user)} />
            <UserActions user={user} look="buttons" />
          </>
        }
      />
      <div className={styles.columns}>
        <div className={styles.column}>
          <UsagePanel user={id} planName={user.plan.name} />
          <UserKeys owner={user} />
          <UserRefusals user={user} />
          {mayRunInstallation(me) && (
            <>
              <UserSessions user={user} />
              <UserAudit user={user} />
            </>
          )}
        </div>
        <div className={styles.column}>
          <UserProfile user={user} />
          <UserMetadata user={user} />
        </div>
      </div>
    </div>
  );
}
