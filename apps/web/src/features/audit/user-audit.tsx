import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { User } from '@apigate/contract';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { userAuditQuery } from './audit-query.ts';
import { AuditTable } from './audit-table.tsx';
import styles from './user-audit.module.css';

/** The last things that a user did, and that were done to them. */
export function UserAudit({ user }: { user: User }) {
  const events = useInfiniteQuery(userAuditQuery(user.id));
  return (
    <section className={styles.section} aria-labelledby="user-audit">
      <header>
        <h2 id="user-audit">Audit</h2>
        <Link to="/console/audit" search={{ user: user.email }}>
          All events
        </Link>
      </header>
      {events.error ? (
        <ProblemReport error={events.error} onRetry={() => void events.refetch()} />
      ) : events.data?.pages[0]?.data.length === 0 ? (
        <p className={styles.none}>Nothing yet. What they do, and what is done to them, is here.</p>
      ) : (
        <AuditTable events={events.data?.pages[0]?.data} about={user.id} pendingRows={3} />
      )}
    </section>
  );
}
