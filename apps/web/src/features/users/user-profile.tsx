import type { User } from '@apigate/contract';
import { CopyButton } from '@apigate/ui/copy-button';
import { DescriptionList } from '@apigate/ui/description-list';
import { Panel } from '@apigate/ui/panel';
import { RelativeTime } from '@apigate/ui/relative-time';
import { useMe } from '../../lib/me.ts';
import { mayEdit } from '../../lib/permissions.ts';
import { userRoleText } from './user-words.ts';
import { VerifyUserButton } from './verify-user-button.tsx';
import styles from './user-profile.module.css';

export function UserProfile({ user }: { user: User }) {
  return (
    <Panel title="Profile">
      <DescriptionList
        items={[
          { term: 'Id', value: <CopyableId id={user.id} /> },
          ...optional('Name', user.name),
          ...optional('First name', user.firstName),
          ...optional('Last name', user.lastName),
          ...optional('Username', user.username),
          ...optional('External id', user.externalId),
          { term: 'Role', value: userRoleText[user.role] },
          { term: 'Plan', value: user.plan.name },
          {
            term: 'Verified',
            value: <Verified user={user} />,
          },
          {
            term: 'Last sign-in',
            value: user.lastLoginAt ? <RelativeTime at={user.lastLoginAt} /> : 'Never',
          },
          { term: 'Created', value: <RelativeTime at={user.createdAt} /> },
          { term: 'Changed', value: <RelativeTime at={user.updatedAt} /> },
          ...optional('Stripe', user.stripeCustomerId),
          ...optional('Paddle', user.paddleCustomerId),
          ...optional('Lemon Squeezy', user.lemonSqueezyCustomerId),
        ]}
      />
    </Panel>
  );
}

function Verified({ user }: { user: User }) {
  const me = useMe();
  if (user.emailVerifiedAt) return <RelativeTime at={user.emailVerifiedAt} />;
  return (
    <div className={styles.verify}>
      Not yet
      {mayEdit(me, user) && <VerifyUserButton user={user} />}
    </div>
  );
}

function CopyableId({ id }: { id: string }) {
  return (
    <span className={styles.id}>
      <code>{id}</code>
      <CopyButton kind="icon" text={id} label="Copy user id" />
    </span>
  );
}

function optional(term: string, value: string | null): { term: string; value: string }[] {
  return value === null ? [] : [{ term, value }];
}
