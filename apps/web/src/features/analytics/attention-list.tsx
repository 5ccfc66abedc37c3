import { useId } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Status } from '@apigate/ui/status';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { attentionQuery } from './attention-query.ts';
import styles from './attention-list.module.css';

/** Users who will soon ask for help. The page is shown once they are there, so that nothing below moves. */
export function AttentionList() {
  const id = useId();
  const { data, error, refetch } = useQuery(attentionQuery);
  if (error && data === undefined)
    return <ProblemReport size="inline" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.length === 0) {
    return (
      <p className={styles.none}>
        <Status
          tone="good"
          word="Nobody needs attention"
          reason="Users appear here when their quota is full, will be before the month ends, or when much of what they send fails."
        />
      </p>
    );
  }
  return (
    <section className={styles.attention} aria-labelledby={id}>
      <h2 id={id}>Needs attention</h2>
      <ul>
        {data.map(({ user, what, tone }) => (
          <li key={`${user.id} ${what}`} data-tone={tone}>
            <Link to="/console/users/$id" params={{ id: user.id }}>
              {user.email}
            </Link>
            <Status tone={tone} word={what} />
          </li>
        ))}
      </ul>
    </section>
  );
}
