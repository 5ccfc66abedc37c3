import { useState } from 'react';
import type { Key } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { KeyStatusMark } from './key-status-mark.tsx';
import { keyText } from './key-text.ts';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';

export interface KeysTableProps {
  /** Undefined while they are on their way. */
  keys: readonly Key[] | undefined;
  mayRevoke: boolean;
  pendingRows?: number;
  newKeyId?: string | undefined;
}

export function KeysTable({ keys, mayRevoke, pendingRows = 3, newKeyId }: KeysTableProps) {
  const [revoking, setRevoking] = useState<Key>();
  return (
    <>
      <Table
        label="Keys"
        columns={mayRevoke ? [...columns, revokeColumn(setRevoking)] : columns}
        rows={keys}
        rowKey={(key) => key.id}
        pendingRows={pendingRows}
        newRowKey={newKeyId}
        dimmed={(key) => key.status === 'revoked' || key.status === 'expired'}
      />
      {revoking && <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

const columns: readonly Column<Key>[] = [
  {
    id: 'key',
    header: 'Key',
    phone: 'title',
    cell: (key) => <RowTitle detail={<code>{keyText(key)}</code>}>{key.name}</RowTitle>,
  },
  { id: 'status', header: 'Status', widthPx: 120, cell: (key) => <KeyStatusMark apiKey={key} /> },
  {
    id: 'used',
    header: 'Last used',
    widthPx: 140,
    cell: (key) => (key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : 'Never'),
  },
  {
    id: 'expires',
    header: 'Expires',
    widthPx: 130,
    leaves: 'below-720',
    phone: 'hidden',
    cell: (key) => (key.expiresAt ? <RelativeTime at={key.expiresAt} /> : 'Never'),
  },
  {
    id: 'created',
    header: 'Created',
    widthPx: 140,
    leaves: 'below-720',
    cell: (key) => <RelativeTime at={key.createdAt} />,
  },
];

function revokeColumn(onRevoke: (key: Key) => void): Column<Key> {
  return {
    id: 'actions',
    header: 'Actions',
    widthPx: 108,
    align: 'end',
    phone: 'actions',
    cell: (key) =>
      key.status !== 'revoked' && (
        <Button kind="quiet" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
          Revoke…
        </Button>
      ),
  };
}
