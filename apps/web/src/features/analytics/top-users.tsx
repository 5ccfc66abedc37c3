import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Sparkline } from '@apigate/ui/charts/sparkline';
import { Nothing } from '@apigate/ui/nothing';
import { numberText, percentText } from '../../lib/number-text.ts';
import { PendingRows } from '../../lib/pending-rows.tsx';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { seriesQuery } from './analytics-queries.ts';
import { rankedUsersQuery } from './ranked-users-query.ts';
import type { TimeRange } from './time-range.ts';
import styles from '../../lib/rows.module.css';

const usersShown = 6;

/** Who sends most this month, and the course of each over the stretch. */
export function TopUsers({ range }: { range: TimeRange }) {
  const ranked = useInfiniteQuery(rankedUsersQuery(range, {}, usersShown));
  const users = ranked.data?.pages[0]?.data.filter(({ requests }) => requests > 0);
  const courses = useQueries({
    queries: (users ?? []).map(({ user }) => seriesQuery(range, user.id)),
  });
  if (ranked.error && !users)
    return <ProblemReport error={ranked.error} onRetry={() => void ranked.refetch()} />;
  if (users === undefined) return <PendingRows count={usersShown} />;
  if (users.length === 0) return <Nothing>Nobody has sent a request this month.</Nothing>;
  return (
    <ol className={styles.rows}>
      {users.map(({ user, plan, requests, quotaPercent }, at) => (
        <li key={user.id}>
          <span>
            <Link to="/console/users/$id" params={{ id: user.id }} className={styles.what}>
              {user.email}
            </Link>
            <span className={styles.detail}>
              {plan.name},{' '}
              {quotaPercent === null ? 'no limit' : `${percentText(quotaPercent)} used`}
            </span>
          </span>
          <span className={styles.end}>
            <span className={styles.course}>
              <Sparkline
                values={
                  courses[at]?.data?.data
                    .filter((point) => point.at <= new Date())
                    .map((point) => point.requests) ?? []
                }
              />
            </span>
            <span className={styles.number} data-numeric>
              {numberText(requests)}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
