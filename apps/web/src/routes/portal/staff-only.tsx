import { Link } from '@tanstack/react-router';
import { IconLock } from '@tabler/icons-react';
import { buttonClassName } from '@apigate/ui/button';
import { Empty } from '@apigate/ui/empty';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';

/** Where customers land who open an address of the console. */
export function StaffOnlyScreen() {
  const me = useMe();
  return (
    <Page title="Console">
      <Empty
        isPage
        icon={<IconLock aria-hidden />}
        title="The console is for the people who run this API"
        action={
          <Link to="/portal" className={buttonClassName('primary')}>
            Go to your portal
          </Link>
        }
      >
        You are signed in as {me.email}. Your keys and your usage are in the portal; if you should
        have access here, ask an admin to change your role.
      </Empty>
    </Page>
  );
}
