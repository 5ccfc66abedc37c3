import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import type { CreatedKey, Key, User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { useMe } from '../../lib/me.ts';
import { mayRevokeKeysOf, mayRotateKeysOf } from '../../lib/permissions.ts';
import { KeyStatusMark } from './key-status-mark.tsx';
import { keyText } from './key-text.ts';
import { isEnded } from './key-words.ts';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';

export interface KeysTableProps {
  /** Undefined while they are on their way. */
  keys: readonly Key[] | undefined;
  /** Where keys have pages of their own: their names lead there. */
  isConsole: boolean;
  /** Whose they are is told. */
  showsOwners?: boolean;
  isStale?: boolean;
  pendingRows?: number;
  newKeyId?: string | undefined;
  /** Takes the successor of a key, whose secret is shown this once; left out, none is rotated here. */
  onRotated?: (successor: CreatedKey) => void;
}

export function KeysTable({
  keys,
  isConsole,
  showsOwners = false,
  isStale = false,
  pendingRows = 3,
  newKeyId,
  onRotated,
}: KeysTableProps) {
  const me = useMe();
  const [revoking, setRevoking] = useState<Key>();
  const [rotating, setRotating] = useState<Key>();
  const successors = new Set(keys?.filter(isRetiring).map(({ replacedBy }) => replacedBy));
  return (
    <>
      <Table
        label="Keys"
        columns={[
          titleColumn(isConsole),
          ...(showsOwners ? [ownerColumn, ...columns] : [...columns, createdColumn]),
          actionsColumn({
            me,
            isSuccessor: ({ id }) => successors.has(id),
            onRevoke: setRevoking,
            onRotate: onRotated && setRotating,
          }),
        ]}
        rows={keys}
        rowKey={(key) => key.id}
        isStale={isStale}
        pendingRows={pendingRows}
        newRowKey={newKeyId}
        dimmed={({ status }) => isEnded(status) || status === 'expired'}
      />
      {revoking && <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />}
      {rotating && onRotated && (
        <RotateKeyDialog
          apiKey={rotating}
          onClose={() => setRotating(undefined)}
          onRotated={onRotated}
        />
      )}
    </>
  );
}

function titleColumn(isConsole: boolean): Column<Key> {
  return {
    id: 'key',
    header: 'Key',
    phone: 'title',
    cell: (key) => (
      <RowTitle detail={<code>{keyText(key)}</code>}>
        {isConsole ? (
          <Link to="/console/keys/$id" params={{ id: key.id }} data-opens-row>
            {key.name}
          </Link>
        ) : (
          key.name
        )}
      </RowTitle>
    ),
  };
}

const ownerColumn: Column<Key> = {
  id: 'owner',
  header: 'Owner',
  widthPx: 230,
  cell: ({ user }) => (
    <RowTitle detail={user.name}>
      <Link to="/console/users/$id" params={{ id: user.id }}>
        {user.email}
      </Link>
    </RowTitle>
  ),
};

const columns: readonly Column<Key>[] = [
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
];

const createdColumn: Column<Key> = {
  id: 'created',
  header: 'Created',
  widthPx: 140,
  leaves: 'below-720',
  cell: (key) => <RelativeTime at={key.createdAt} />,
};

/** A key that was replaced and still works. */
function isRetiring({ replacedBy, status }: Key): boolean {
  return replacedBy !== null && !isEnded(status);
}

interface KeyActions {
  me: User;
  isSuccessor: (key: Key) => boolean;
  onRevoke: (key: Key) => void;
  onRotate: ((key: Key) => void) | undefined;
}

function actionsColumn({ me, isSuccessor, onRevoke, onRotate }: KeyActions): Column<Key> {
  return {
    id: 'actions',
    header: 'Actions',
    widthPx: onRotate ? 212 : 108,
    align: 'end',
    phone: 'actions',
    cell: (key) => (
      <>
        {onRotate && mayRotate(me, key) && !isSuccessor(key) && (
          <Button kind="quiet" aria-label={`Rotate ${key.name}`} onClick={() => onRotate(key)}>
            Rotate…
          </Button>
        )}
        {mayRevoke(me, key) && (
          <Button kind="quiet" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
            Revoke…
          </Button>
        )}
      </>
    ),
  };
}

export function mayRotate(me: User, { user, replacedBy, status }: Key): boolean {
  return (
    mayRotateKeysOf(me, user) && replacedBy === null && (status === 'live' || status === 'disabled')
  );
}

export function mayRevoke(me: User, { user, status }: Key): boolean {
  return mayRevokeKeysOf(me, user) && !isEnded(status);
}
