import { useState } from 'react';
import type { Session } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Status } from '@apigate/ui/status';
import { Table, type Column } from '@apigate/ui/table';
import { deviceText } from '../../lib/device-text.ts';
import { EndSessionDialog } from './end-session-dialog.tsx';

export interface SessionsTableProps {
  /** Undefined while they are on their way. */
  sessions: readonly Session[] | undefined;
}

/** Where a person is signed in, each with its end. */
export function SessionsTable({ sessions }: SessionsTableProps) {
  const [ending, setEnding] = useState<Session>();
  return (
    <>
      <Table
        label="Sessions"
        columns={[...columns, actionsThat(setEnding)]}
        rows={sessions}
        rowKey={(session) => session.id}
        pendingRows={1}
      />
      {ending && <EndSessionDialog session={ending} onClose={() => setEnding(undefined)} />}
    </>
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
];

function actionsThat(onEnd: (session: Session) => void): Column<Session> {
  return {
    id: 'actions',
    header: 'Actions',
    widthPx: 96,
    align: 'end',
    phone: 'actions',
    cell: (session) =>
      !session.current && (
        <Button
          kind="quiet"
          aria-label={`End the session of ${deviceText(session.userAgent)}…`}
          onClick={() => onEnd(session)}
        >
          End…
        </Button>
      ),
  };
}
