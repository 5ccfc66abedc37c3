import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CodePopover } from '@apigate/ui/code-popover';
import { PagedList } from '../../lib/paged-list.tsx';
import { ExplainForm } from './explain-form.tsx';
import { RefusalDialog } from './refusal-dialog.tsx';
import { refusalsInCode } from './refusals-in-code.ts';
import { refusalsQuery } from './refusals-query.ts';
import { RefusalsTable } from './refusals-table.tsx';
import styles from './user-refusals.module.css';

/** The requests of a user that the proxy refused, and why. */
export function UserRefusals({ user }: { user: { id: string; email: string } }) {
  const [openId, setOpenId] = useState<string>();
  const requests = useInfiniteQuery(refusalsQuery(user.id));
  return (
    <section className={styles.section} aria-labelledby="user-refusals">
      <header>
        <h2 id="user-refusals">Refused requests</h2>
        <CodePopover about="Refusals, and why." samples={refusalsInCode(user.email)} />
      </header>
      <ExplainForm onExplain={setOpenId} />
      <PagedList
        query={requests}
        noun="refused requests"
        empty={<p className={styles.none}>No request was refused.</p>}
      >
        {(rows) => <RefusalsTable requests={rows} onOpen={setOpenId} />}
      </PagedList>
      {openId !== undefined && (
        <RefusalDialog requestId={openId} onClose={() => setOpenId(undefined)} />
      )}
    </section>
  );
}
