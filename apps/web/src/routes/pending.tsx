import { Skeleton } from '@apigate/ui/skeleton';
import styles from './pending.module.css';

/** Stands in for a page whose code is on its way. */
export function PendingScreen() {
  return (
    <div className={styles.page} role="status" aria-label="Loading">
      <Skeleton chars={18} />
      <Skeleton heightPx={240} />
    </div>
  );
}
