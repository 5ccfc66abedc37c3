import { useState } from 'react';
import type { Invite } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { InviteStatusMark } from './invite-status-mark.tsx';
import { inviteRoleText } from './invite-words.ts';
import { RevokeInviteDialog } from './revoke-invite-dialog.tsx';

export interface InvitesTableProps {
  /** Undefined while they are on their way. */
  invites: readonly Invite[] | undefined;
}

export function InvitesTable({ invites }: InvitesTableProps) {
  const [revoking, setRevoking] = useState<Invite>();
  return (
    <>
      <Table
        label="Invitations"
        columns={columnsThat(setRevoking)}
        rows={invites}
        rowKey={(invite) => invite.id}
        pendingRows={3}
      />
      {revoking && <RevokeInviteDialog invite={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

function columnsThat(onRevoke: (invite: Invite) => void): readonly Column<Invite>[] {
  return [
    {
      id: 'email',
      header: 'Invited',
      phone: 'title',
      cell: (invite) => (
        <RowTitle detail={invite.invitedBy && `by ${invite.invitedBy}`}>{invite.email}</RowTitle>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      widthPx: 120,
      cell: (invite) => <InviteStatusMark invite={invite} />,
    },
    { id: 'role', header: 'As', widthPx: 116, cell: (invite) => inviteRoleText[invite.role] },
    {
      id: 'expires',
      header: 'Link ends',
      widthPx: 140,
      cell: (invite) => <RelativeTime at={invite.expiresAt} />,
    },
    {
      id: 'created',
      header: 'Sent',
      widthPx: 140,
      phone: 'hidden',
      leaves: 'below-720',
      cell: (invite) => <RelativeTime at={invite.createdAt} />,
    },
    {
      id: 'actions',
      header: 'Actions',
      widthPx: 124,
      align: 'end',
      phone: 'actions',
      cell: (invite) => (
        <Button
          kind="quiet"
          aria-label={`Take back the invitation of ${invite.email}`}
          onClick={() => onRevoke(invite)}
        >
          Take back…
        </Button>
      ),
    },
  ];
}
