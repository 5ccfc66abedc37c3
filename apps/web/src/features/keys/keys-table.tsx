import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import type { CreatedKey, Key } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import { Table, type Column } from '@apigate/ui/table';
import { useMe } from '../../lib/me.ts';
import { KeyActionDialog, type KeyActionDialogProps } from './key-action-dialog.tsx';
import { keyActionsOf, type KeyAction } from './key-action-list.ts';
import { KeyMenu } from './key-menu.tsx';
import { KeyRestrictions } from './key-restrictions.tsx';
import { KeyStatusMark } from './key-status-mark.tsx';
import { keyText } from './key-text.ts';
import { isEnded, isRetiring } from './key-words.ts';
import { useTurnKey } from './use-turn-key.ts';

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
  const turn = useTurnKey();
  const [asked, setAsked] = useState<Pick<KeyActionDialogProps, 'apiKey' | 'action'>>();
  const successors = new Set(keys?.filter(isRetiring).map(({ replacedBy }) => replacedBy));

  function actionsOf(key: Key): readonly KeyAction[] {
    const mayRotate = onRotated !== undefined && !successors.has(key.id);
    return keyActionsOf(me, key).filter((action) => action !== 'rotate' || mayRotate);
  }

  function act(apiKey: Key, action: KeyAction): void {
    if (action === 'disable' || action === 'enable')
      turn.mutate({ key: apiKey.id, enabled: action === 'enable' });
    else setAsked({ apiKey, action });
  }

  return (
    <>
      <Table
        label="Keys"
        columns={[
          titleColumn(isConsole),
          ...(showsOwners ? [ownerColumn] : [restrictionsColumn]),
          ...columns,
          ...(showsOwners ? [] : [createdColumn]),
          actionsColumn(actionsOf, act),
        ]}
        rows={keys}
        rowKey={(key) => key.id}
        isStale={isStale}
        pendingRows={pendingRows}
        newRowKey={newKeyId}
        dimmed={({ status }) => isEnded(status) || status === 'expired'}
      />
      {asked && (
        <KeyActionDialog
          {...asked}
          onClose={() => setAsked(undefined)}
          onRotated={(successor) => onRotated?.(successor)}
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

const restrictionsColumn: Column<Key> = {
  id: 'restrictions',
  header: 'Restricted to',
  widthPx: 200,
  cell: (key) => <KeyRestrictions apiKey={key} />,
};

const columns: readonly Column<Key>[] = [
  { id: 'status', header: 'Status', widthPx: 110, cell: (key) => <KeyStatusMark apiKey={key} /> },
  {
    id: 'used',
    header: 'Last used',
    widthPx: 140,
    cell: (key) => (key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} /> : 'Never'),
  },
  {
    id: 'expires',
    header: 'Expires',
    widthPx: 120,
    leaves: 'below-720',
    phone: 'hidden',
    cell: (key) => (key.expiresAt ? <RelativeTime at={key.expiresAt} /> : 'Never'),
  },
];

const createdColumn: Column<Key> = {
  id: 'created',
  header: 'Created',
  widthPx: 140,
  leaves: 'below-960',
  cell: (key) => <RelativeTime at={key.createdAt} />,
};

function actionsColumn(
  actionsOf: (key: Key) => readonly KeyAction[],
  onAct: (key: Key, action: KeyAction) => void,
): Column<Key> {
  return {
    id: 'actions',
    header: 'Actions',
    widthPx: 60,
    align: 'end',
    phone: 'actions',
    cell: (key) => {
      const actions = actionsOf(key);
      if (actions.length === 0) return null;
      return <KeyMenu apiKey={key} actions={actions} onAct={(action) => onAct(key, action)} />;
    },
  };
}
