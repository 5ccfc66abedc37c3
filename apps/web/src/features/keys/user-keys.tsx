import { useState } from 'react';
import type { CreatedKey, User } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { Nothing } from '@apigate/ui/nothing';
import { Panel } from '@apigate/ui/panel';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { KeyOnce } from './key-once.tsx';
import { KeysList } from './keys-list.tsx';
import { keysInCode } from './keys-in-code.ts';

/** The keys of a user, as the console shows them. */
export function UserKeys({ owner }: { owner: User }) {
  const [successor, setSuccessor] = useState<CreatedKey>();
  return (
    <Panel
      title="Keys"
      frame="none"
      aside={<CodePopover about="The keys of this user." samples={keysInCode(owner.email)} />}
    >
      {successor && (
        <QueryBoundary pending={null}>
          <KeyOnce
            key={successor.id}
            createdKey={successor}
            onDone={() => setSuccessor(undefined)}
          />
        </QueryBoundary>
      )}
      <KeysList
        owner={owner}
        isConsole
        newKeyId={successor?.id}
        onRotated={setSuccessor}
        empty={<Nothing>No key yet. Customers create theirs in the portal.</Nothing>}
      />
    </Panel>
  );
}
