import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { User } from '@apigate/contract';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { AuditEventDialog } from './audit-event-dialog.tsx';
import { userAuditQuery } from './audit-query.ts';
import { AuditTable } from './audit-table.tsx';

/** The last things that a user did, and that were done to them. */
export function UserAudit({ user }: { user: User }) {
  const [open, setOpen] = useState<string>();
  const events = useInfiniteQuery(userAuditQuery(user.id));
  return (
    <Panel
      title="Audit"
      frame="none"
      aside={
        <Link to="/console/audit" search={{ user: user.email }}>
          All events
        </Link>
      }
    >
      {events.error ? (
        <ProblemReport error={events.error} onRetry={() => void events.refetch()} />
      ) : events.data?.pages[0]?.data.length === 0 ? (
        <Nothing>Nothing yet. What they do, and what is done to them, is here.</Nothing>
      ) : (
        <AuditTable
          events={events.data?.pages[0]?.data}
          onOpen={setOpen}
          about={user.id}
          pendingRows={3}
        />
      )}
      {open !== undefined && <AuditEventDialog event={open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}
