import { useState } from 'react';
import { usePrefetchQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import type { CreatedKey, User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { useMe } from '../../lib/me.ts';
import { mayCreateKeysFor } from '../../lib/permissions.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { KeyOnce } from './key-once.tsx';
import { KeysList } from './keys-list.tsx';
import { keysInCode } from './keys-in-code.ts';

export interface UserKeysProps {
  owner: User;
  isCreating: boolean;
  onCreating: (isCreating: boolean) => void;
}

/** The keys of a user, as the console shows them. */
export function UserKeys({ owner, isCreating, onCreating }: UserKeysProps) {
  const mayCreate = mayCreateKeysFor(useMe());
  /** The one whose secret is shown this once. */
  const [created, setCreated] = useState<CreatedKey>();
  usePrefetchQuery(trpc.keys.scopes.queryOptions());
  return (
    <Panel
      title="Keys"
      frame="none"
      aside={
        <>
          <CodePopover
            about="The keys of this user, and a new one."
            samples={keysInCode(owner.email)}
          />
          {mayCreate && (
            <Button icon={<IconPlus aria-hidden />} onClick={() => onCreating(true)}>
              Create key
            </Button>
          )}
        </>
      }
    >
      {created && (
        <QueryBoundary pending={null}>
          <KeyOnce key={created.id} createdKey={created} onDone={() => setCreated(undefined)} />
        </QueryBoundary>
      )}
      <KeysList
        owner={owner}
        isConsole
        newKeyId={created?.id}
        onRotated={setCreated}
        empty={<Nothing>No key yet. Customers create theirs in the portal.</Nothing>}
      />
      {isCreating && mayCreate && (
        <CreateKeyDialog owner={owner} onClose={() => onCreating(false)} onCreated={setCreated} />
      )}
    </Panel>
  );
}
