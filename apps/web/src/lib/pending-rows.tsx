import { Skeleton } from '@apigate/ui/skeleton';
import styles from './rows.module.css';

/** Holds the place of rows that are on their way. */
export function PendingRows({ count }: { count: number }) {
  return (
    <ul className={styles.rows} aria-hidden>
      {Array.from({ length: count }, (_, at) => (
        <li key={at}>
          <Skeleton chars={22} />
        </li>
      ))}
    </ul>
  );
}
