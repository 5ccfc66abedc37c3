import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Skeleton } from '@apigate/ui/skeleton';
import { Status } from '@apigate/ui/status';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { attentionQuery } from './attention-query.ts';
import styles from './attention-list.module.css';

/** Users who will soon ask for help. */
export function AttentionList() {
  const { data, error, refetch } = useQuery(attentionQuery);
  if (error && data === undefined)
    return <ProblemReport size="inline" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton heightPx={220} />;
  if (data.length === 0) {
    return (
      <p className={styles.none}>
        Nobody. Users appear here when their quota is full, will be before the month ends, or when
        much of what they send fails.
      </p>
    );
  }
  return (
    <ul className={styles.list}>
      {data.map(({ user, what, tone }) => (
        <li key={`${user.id} ${what}`}>
          <Link to="/console/users/$id" params={{ id: user.id }}>
            {user.email}
          </Link>
          <Status tone={tone} word={what} />
        </li>
      ))}
    </ul>
  );
}
