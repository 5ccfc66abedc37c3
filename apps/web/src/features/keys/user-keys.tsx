import { useState } from 'react';
import type { CreatedKey, User } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { KeyOnce } from './key-once.tsx';
import { KeysList } from './keys-list.tsx';
import { keysInCode } from './keys-in-code.ts';
import styles from './user-keys.module.css';

/** The keys of a user, as the console shows them. */
export function UserKeys({ owner }: { owner: User }) {
  const [successor, setSuccessor] = useState<CreatedKey>();
  return (
    <section className={styles.section} aria-labelledby="user-keys">
      <header>
        <h2 id="user-keys">Keys</h2>
        <CodePopover about="The keys of this user." samples={keysInCode(owner.email)} />
      </header>
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
        newKeyId={successor?.id}
        onRotated={setSuccessor}
        empty={<p className={styles.none}>No key yet. Customers create theirs in the portal.</p>}
      />
    </section>
  );
}
