import type { ReactNode } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { UserRole } from '@apigate/contract';
import { useMe } from '../../lib/me.ts';
import { PagedList } from '../../lib/paged-list.tsx';
import { mayRevokeKeysOf } from '../../lib/permissions.ts';
import { keysQuery } from './keys-query.ts';
import { KeysTable } from './keys-table.tsx';

export interface KeysListProps {
  owner: { id: string; role: UserRole };
  /** Shown where there is no key. */
  empty: ReactNode;
  newKeyId?: string | undefined;
}

/** The keys of one user, with the action that the caller may take. */
export function KeysList({ owner, empty, newKeyId }: KeysListProps) {
  const me = useMe();
  const keys = useInfiniteQuery(keysQuery(owner.id));
  return (
    <PagedList query={keys} noun="keys" empty={empty}>
      {(rows) => (
        <KeysTable keys={rows} mayRevoke={mayRevokeKeysOf(me, owner)} newKeyId={newKeyId} />
      )}
    </PagedList>
  );
}
