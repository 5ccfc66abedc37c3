import type { ReactNode } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { UserRole } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { useMe } from '../../lib/me.ts';
import { mayRevokeKeysOf } from '../../lib/permissions.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
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
  const rows = keys.data?.pages.flatMap((page) => page.data);
  if (keys.error) return <ProblemReport error={keys.error} onRetry={() => void keys.refetch()} />;
  if (rows?.length === 0) return empty;
  return (
    <>
      <KeysTable keys={rows} mayRevoke={mayRevokeKeysOf(me, owner)} newKeyId={newKeyId} />
      {keys.hasNextPage && (
        <div>
          <Button busy={keys.isFetchingNextPage} onClick={() => void keys.fetchNextPage()}>
            Show more keys
          </Button>
        </div>
      )}
    </>
  );
}
