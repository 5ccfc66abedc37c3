import { Link } from '@tanstack/react-router';
import { IconMapOff } from '@tabler/icons-react';
import { buttonClassName } from '@apigate/ui/button';
import { Empty } from '@apigate/ui/empty';
import styles from './not-found.module.css';

export function NotFoundScreen() {
  return (
    <main className={styles.page} id="content" tabIndex={-1}>
      <title>No such page · apigate</title>
      <Empty
        isPage
        icon={<IconMapOff aria-hidden />}
        title="There is no page at this address"
        action={
          <Link to="/console" className={buttonClassName('primary')}>
            Go to the start
          </Link>
        }
      >
        The link may be old or mistyped. Nothing is broken, and nothing was changed.
      </Empty>
    </main>
  );
}
