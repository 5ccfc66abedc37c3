import { useQuery } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import { sessionsInCode } from './sessions-in-code.ts';
import { SessionsTable } from './sessions-table.tsx';
import styles from './user-sessions.module.css';

/** Where a user is signed in, as the console shows it. */
export function UserSessions({ user }: { user: User }) {
  const sessions = useQuery(trpc.sessions.list.queryOptions({ user: user.id }));
  return (
    <section className={styles.section} aria-labelledby="user-sessions" tabIndex={-1}>
      <header>
        <h2 id="user-sessions">Sessions</h2>
        <CodePopover about="Where this user is signed in." samples={sessionsInCode(user.email)} />
      </header>
      {sessions.error ? (
        <ProblemReport error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : sessions.data?.data.length === 0 ? (
        <p className={styles.none}>Not signed in anywhere.</p>
      ) : (
        <SessionsTable sessions={sessions.data?.data} />
      )}
    </section>
  );
}
