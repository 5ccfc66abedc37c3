import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import type { User } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { TabBar } from '@apigate/ui/tab-bar';
import { UserAudit } from '../../features/audit/user-audit.tsx';
import { UserKeys } from '../../features/keys/user-keys.tsx';
import { ExplainForm } from '../../features/requests/explain-form.tsx';
import { RequestsSection } from '../../features/requests/requests-section.tsx';
import { UserSessions } from '../../features/security/user-sessions.tsx';
import { UsagePanel } from '../../features/usage/usage-panel.tsx';
import { UsageShares } from '../../features/usage/usage-shares.tsx';
import { UserActions } from '../../features/users/user-actions.tsx';
import { userInCode } from '../../features/users/user-in-code.ts';
import { UserMetadata } from '../../features/users/user-metadata.tsx';
import { UserProfile } from '../../features/users/user-profile.tsx';
import { type UserTab, userTabs, userTabText } from '../../features/users/user-search.ts';
import { UserStatusMark } from '../../features/users/user-status-mark.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { mayRunInstallation } from '../../lib/permissions.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import back from '../back.module.css';
import { ThingPending } from './thing-pending.tsx';
import styles from './user.module.css';

const route = getRouteApi('/console/users/$id');

export function UserScreen() {
  const { id } = route.useParams();
  return (
    <Page title="User">
      <Link to="/console/users" className={back.back}>
        <IconArrowLeft aria-hidden size="1rem" /> Users
      </Link>
      <QueryBoundary key={id} pending={<ThingPending />}>
        <UserPage id={id} />
      </QueryBoundary>
    </Page>
  );
}

function UserPage({ id }: { id: string }) {
  const me = useMe();
  const { tab = 'overview' } = route.useSearch();
  const { data: user } = useSuspenseQuery(trpc.users.get.queryOptions({ user: id }));
  const tabs = userTabs.filter((each) => !adminsOnly.includes(each) || mayRunInstallation(me));
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
      <TabBar label="Parts of this page">
        {tabs.map((each) => (
          <Link
            key={each}
            to="/console/users/$id"
            params={{ id }}
            search={each === 'overview' ? {} : { tab: each }}
            aria-current={each === tab ? 'page' : undefined}
            activeOptions={{ exact: true }}
            replace
          >
            {userTabText[each]}
          </Link>
        ))}
      </TabBar>
      <Part user={user} tab={tabs.includes(tab) ? tab : 'overview'} />
    </div>
  );
}

const adminsOnly: readonly UserTab[] = ['sessions', 'audit'];

function Part({ user, tab }: { user: User; tab: UserTab }) {
  const { new: made } = route.useSearch();
  const navigate = route.useNavigate();
  switch (tab) {
    case 'overview':
      return (
        <div className={styles.columns}>
          <div className={styles.column}>
            <UsagePanel user={user.id} planName={user.plan.name} />
          </div>
          <div className={styles.facts}>
            <UserProfile user={user} />
          </div>
          {/* Last where all stand below each other: nobody knows how many there are. */}
          <div className={styles.column}>
            <RequestsSection user={user} first="refused" />
          </div>
        </div>
      );
    case 'keys':
      return (
        <UserKeys
          owner={user}
          isCreating={made === 'key'}
          onCreating={(isCreating) =>
            void navigate({
              search: { tab: 'keys', ...(isCreating && { new: 'key' }) },
              replace: true,
              resetScroll: false,
            })
          }
        />
      );
    case 'usage':
      return (
        <>
          <UsagePanel user={user.id} planName={user.plan.name} />
          <UsageShares user={user.id} />
        </>
      );
    case 'requests':
      return <Requests user={user} />;
    case 'sessions':
      return <UserSessions user={user} />;
    case 'audit':
      return <UserAudit user={user} />;
    case 'metadata':
      return <UserMetadata user={user} />;
  }
}

function Requests({ user }: { user: User }) {
  const navigate = useNavigate();
  return (
    <>
      <ExplainForm
        onExplain={(requestId) =>
          void navigate({ to: '/console/requests/$requestId', params: { requestId } })
        }
      />
      <RequestsSection user={user} />
    </>
  );
}
