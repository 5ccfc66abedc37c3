import type { User } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { KeysList } from './keys-list.tsx';
import { keysInCode } from './keys-in-code.ts';
import styles from './user-keys.module.css';

/** The keys of a user, as the console shows them. */
export function UserKeys({ owner }: { owner: User }) {
  return (
    <section className={styles.section} aria-labelledby="user-keys">
      <header>
        <h2 id="user-keys">Keys</h2>
        <CodePopover about="The keys of this user." samples={keysInCode(owner.email)} />
      </header>
      <KeysList
        owner={owner}
        empty={<p className={styles.none}>No key yet. Customers create theirs in the portal.</p>}
      />
    </section>
  );
}
