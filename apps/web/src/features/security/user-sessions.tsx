import { useQuery } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import { sessionsInCode } from './sessions-in-code.ts';
import { SessionsTable } from './sessions-table.tsx';

/** Where a user is signed in, as the console shows it. */
export function UserSessions({ user }: { user: User }) {
  const sessions = useQuery(trpc.sessions.list.queryOptions({ user: user.id }));
  return (
    <Panel
      title="Sessions"
      frame="none"
      aside={
        <CodePopover about="Where this user is signed in." samples={sessionsInCode(user.email)} />
      }
    >
      {sessions.error ? (
        <ProblemReport error={sessions.error} onRetry={() => void sessions.refetch()} />
      ) : sessions.data?.data.length === 0 ? (
        <Nothing>Not signed in anywhere.</Nothing>
      ) : (
        <SessionsTable sessions={sessions.data?.data} />
      )}
    </Panel>
  );
}
