import { useState } from 'react';
import type { CreatedKey, Key, KeyStatus } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { KeyStatusMark } from './key-status-mark.tsx';
import { keyText } from './key-text.ts';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';

export interface KeysTableProps {
  /** Undefined while they are on their way. */
  keys: readonly Key[] | undefined;
  mayRevoke: boolean;
  mayRotate: boolean;
  pendingRows?: number;
  newKeyId?: string | undefined;
  /** Takes the successor of a key, whose secret is shown this once. */
  onRotated: (successor: CreatedKey) => void;
}

export function KeysTable({
  keys,
  mayRevoke,
  mayRotate,
  pendingRows = 3,
  newKeyId,
  onRotated,
}: KeysTableProps) {
  const [revoking, setRevoking] = useState<Key>();
  const [rotating, setRotating] = useState<Key>();
  const successors = new Set(keys?.filter(isRetiring).map(({ replacedBy }) => replacedBy));
  const actions = actionsColumn({
    isRotatable: (key) => mayBeRotated(key) && !successors.has(key.id),
    onRevoke: mayRevoke ? setRevoking : undefined,
    onRotate: mayRotate ? setRotating : undefined,
  });
  return (
    <>
      <Table
        label="Keys"
        columns={mayRevoke ? [...columns, actions] : columns}
        rows={keys}
        rowKey={(key) => key.id}
        pendingRows={pendingRows}
        newRowKey={newKeyId}
        dimmed={(key) => ended.includes(key.status)}
      />
      {revoking && <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />}
      {rotating && (
        <RotateKeyDialog
          apiKey={rotating}
          onClose={() => setRotating(undefined)}
          onRotated={onRotated}
        />
      )}
    </>
  );
}

const ended: readonly KeyStatus[] = ['expired', 'replaced', 'revoked'];

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

interface KeyActions {
  isRotatable: (key: Key) => boolean;
  onRevoke: ((key: Key) => void) | undefined;
  onRotate: ((key: Key) => void) | undefined;
}

/** A key that was replaced and still works. */
function isRetiring(key: Key): boolean {
  return key.replacedBy !== null && key.status !== 'replaced' && key.status !== 'revoked';
}

function mayBeRotated(key: Key): boolean {
  return key.replacedBy === null && !ended.includes(key.status);
}

function actionsColumn({ isRotatable, onRevoke, onRotate }: KeyActions): Column<Key> {
  return {
    id: 'actions',
    header: 'Actions',
    widthPx: onRotate ? 212 : 108,
    align: 'end',
    phone: 'actions',
    cell: (key) => (
      <>
        {onRotate && isRotatable(key) && (
          <Button kind="quiet" aria-label={`Rotate ${key.name}`} onClick={() => onRotate(key)}>
            Rotate…
          </Button>
        )}
        {onRevoke && key.status !== 'revoked' && key.status !== 'replaced' && (
          <Button kind="quiet" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
            Revoke…
          </Button>
        )}
      </>
    ),
  };
}
