import type { ReactNode } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { CreatedKey } from '@apigate/contract';
import { useMe } from '../../lib/me.ts';
import { PagedList } from '../../lib/paged-list.tsx';
import { mayRotateKeysOf } from '../../lib/permissions.ts';
import { keysQuery } from './keys-query.ts';
import { KeysTable } from './keys-table.tsx';
import { RotationPanel } from './rotation-panel.tsx';

export interface KeysListProps {
  owner: { id: string };
  isConsole: boolean;
  /** Shown where there is no key. */
  empty: ReactNode;
  newKeyId?: string | undefined;
  /** Takes the successor of a key, whose secret is shown this once. */
  onRotated: (successor: CreatedKey) => void;
}

/** The keys of one user, with the actions that the caller may take, and the rotations under way. */
export function KeysList({ owner, isConsole, empty, newKeyId, onRotated }: KeysListProps) {
  const me = useMe();
  const keys = useInfiniteQuery(keysQuery(owner.id));
  const mayRotate = mayRotateKeysOf(me, owner);
  return (
    <PagedList query={keys} noun="keys" empty={empty}>
      {(rows) => (
        <>
          <KeysTable keys={rows} isConsole={isConsole} newKeyId={newKeyId} onRotated={onRotated} />
          {rows
            ?.filter(({ replacedBy, revokedAt, status }) => {
              return replacedBy !== null && revokedAt === null && status !== 'replaced';
            })
            .map((key) => (
              <RotationPanel key={key.id} apiKey={key} mayEnd={mayRotate} />
            ))}
        </>
      )}
    </PagedList>
  );
}
