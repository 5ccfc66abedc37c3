import { Link } from '@tanstack/react-router';
import { IconLock } from '@tabler/icons-react';
import { buttonClassName } from '@apigate/ui/button';
import { Empty } from '@apigate/ui/empty';
import { Page } from '../../lib/page.tsx';

/** Where moderators land who open an address that is not theirs. */
export function AdminsOnlyScreen() {
  return (
    <Page title="For admins">
      <Empty
        isPage
        icon={<IconLock aria-hidden />}
        title="This page is for admins"
        action={
          <Link to="/console/users" className={buttonClassName('primary')}>
            Go to the users
          </Link>
        }
      >
        Moderators look after customers. Settings, the audit log, mails and invitations belong to
        admins; ask one of them to do it or to change your role.
      </Empty>
    </Page>
  );
}
