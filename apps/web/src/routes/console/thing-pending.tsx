import { Skeleton } from '@apigate/ui/skeleton';
import styles from './user.module.css';

/** Holds the place of a page about one thing: its head, what happens with it, what it is. */
export function ThingPending() {
  return (
    <div className={styles.page} role="status" aria-label="Loading">
      <Skeleton heightPx={52} />
      <div className={styles.columns}>
        <Skeleton heightPx={480} />
        <Skeleton heightPx={480} />
      </div>
    </div>
  );
}
