import { useMutation, useQuery } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { showToast } from '@apigate/ui/toasts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { toastProblem } from '../../lib/toast-problem.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { SessionsTable } from './sessions-table.tsx';
import styles from './sessions-panel.module.css';

/** Where the caller is signed in, and a way to end that. */
export function SessionsPanel() {
  const sessions = useQuery(trpc.sessions.list.queryOptions({}));
  const rows = sessions.data?.data;
  const endOthers = useMutation(
    trpc.sessions.endOthers.mutationOptions({
      onSuccess: async () => {
        showToast({ text: 'All other sessions have ended.' });
        await queryClient.invalidateQueries(trpc.sessions.pathFilter());
      },
      onError: toastProblem,
    }),
  );
  return (
    <section className={styles.section} aria-labelledby="sessions" tabIndex={-1}>
      <header>
        <div>
          <h2 id="sessions">Sessions</h2>
          <p>Where you are signed in. End what you do not know, then change your password.</p>
        </div>
        {rows?.some((session) => !session.current) && (
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            End all others
          </Button>
        )}
      </header>
      {sessions.error ? (
        <ProblemReport error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : (
        <SessionsTable sessions={rows} />
      )}
    </section>
  );
}
