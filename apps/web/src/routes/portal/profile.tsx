import { Link } from '@tanstack/react-router';
import { DescriptionList } from '@apigate/ui/description-list';
import { PageHeader } from '@apigate/ui/page-header';
import { Panel } from '@apigate/ui/panel';
import { RelativeTime } from '@apigate/ui/relative-time';
import { ProfileForm } from '../../features/profile/profile-form.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';

export function ProfileScreen() {
  const me = useMe();
  return (
    <Page title="Profile">
      <PageHeader title="Profile" about="How you are called here and in our mails." />
      <Panel title="Names">
        <ProfileForm me={me} />
      </Panel>
      <Panel title="Account">
        <DescriptionList
          items={[
            {
              term: 'E-mail',
              value: (
                <>
                  {me.email} · <Link to="/portal/security">Change it under Security</Link>
                </>
              ),
            },
            { term: 'Plan', value: me.plan.name },
            { term: 'Account since', value: <RelativeTime at={me.createdAt} /> },
          ]}
        />
      </Panel>
    </Page>
  );
}
