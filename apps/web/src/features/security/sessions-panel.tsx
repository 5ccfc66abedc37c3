import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import { EndOtherSessionsDialog } from './end-other-sessions-dialog.tsx';
import { SessionsTable } from './sessions-table.tsx';
import styles from './sessions-panel.module.css';

/** Where the caller is signed in, and a way to end that. */
export function SessionsPanel() {
  const sessions = useQuery(trpc.sessions.list.queryOptions({}));
  const rows = sessions.data?.data;
  const [isEnding, setIsEnding] = useState(false);
  return (
    <section className={styles.section} aria-labelledby="sessions" tabIndex={-1}>
      <header>
        <div>
          <h2 id="sessions">Sessions</h2>
          <p>Where you are signed in. End what you do not know, then change your password.</p>
        </div>
        {rows?.some((session) => !session.current) && (
          <Button onClick={() => setIsEnding(true)}>End all others…</Button>
        )}
      </header>
      {sessions.error ? (
        <ProblemReport error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <SessionsTable sessions={rows} />
      )}
      {isEnding && <EndOtherSessionsDialog onClose={() => setIsEnding(false)} />}
    </section>
  );
}
