import { useMutation } from '@tanstack/react-query';
import type { Session } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { showToast } from '@apigate/ui/toasts';
import { deviceText } from '../../lib/device-text.ts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

export interface SessionsTableProps {
  /** Undefined while they are on their way. */
  sessions: readonly Session[] | undefined;
}

/** Where a person is signed in, each with its end. */
export function SessionsTable({ sessions }: SessionsTableProps) {
  return (
    <Table
      label="Sessions"
      columns={columns}
      rows={sessions}
      rowKey={(session) => session.id}
      pendingRows={1}
    />
  );
}

const columns: readonly Column<Session>[] = [
  {
    id: 'device',
    header: 'Device',
    phone: 'title',
    cell: (session) => (
      <RowTitle detail={session.ip ?? 'Address unknown'}>{deviceText(session.userAgent)}</RowTitle>
    ),
  },
  {
    id: 'used',
    header: 'Last used',
    widthPx: 170,
    cell: (session) =>
      session.current ? (
        <Status tone="good" word="This session" />
      ) : (
        <RelativeTime at={session.lastUsedAt} />
      ),
  },
  {
    id: 'since',
    header: 'Signed in',
    widthPx: 150,
    leaves: 'below-720',
    cell: (session) => <RelativeTime at={session.createdAt} />,
  },
  {
    id: 'actions',
    header: 'Actions',
    widthPx: 96,
    align: 'end',
    phone: 'actions',
    cell: (session) => !session.current && <EndButton session={session} />,
  },
];

function EndButton({ session }: { session: Session }) {
  const device = deviceText(session.userAgent);
  const end = useMutation(
    trpc.sessions.end.mutationOptions({
      onSuccess: async () => {
        showToast({ text: `The session of ${device} has ended.` });
        await Promise.all([
          queryClient.invalidateQueries(trpc.sessions.pathFilter()),
          queryClient.invalidateQueries(trpc.audit.list.pathFilter()),
        ]);
      },
      onError: toastProblem,
    }),
  );
  return (
    <Button
      kind="quiet"
      aria-label={`End the session of ${device}`}
      busy={end.isPending}
      onClick={() => end.mutate({ session: session.id })}
    >
      End
    </Button>
  );
}
