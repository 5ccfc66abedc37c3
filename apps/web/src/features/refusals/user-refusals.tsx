import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CodePopover } from '@apigate/ui/code-popover';
import { Nothing } from '@apigate/ui/nothing';
import { Section } from '@apigate/ui/section';
import { PagedList } from '../../lib/paged-list.tsx';
import { ExplainForm } from './explain-form.tsx';
import { RefusalDialog } from './refusal-dialog.tsx';
import { refusalsInCode } from './refusals-in-code.ts';
import { refusalsQuery } from './refusals-query.ts';
import { RefusalsTable } from './refusals-table.tsx';

/** The requests of a user that the proxy refused, and why. */
export function UserRefusals({ user }: { user: { id: string; email: string } }) {
  const [openId, setOpenId] = useState<string>();
  const requests = useInfiniteQuery(refusalsQuery(user.id));
  return (
    <Section
      title="Refused requests"
      aside={<CodePopover about="Refusals, and why." samples={refusalsInCode(user.email)} />}
    >
      <ExplainForm onExplain={setOpenId} />
      <PagedList
        query={requests}
        noun="refused requests"
        empty={<Nothing>No request was refused.</Nothing>}
      >
        {(rows) => <RefusalsTable requests={rows} onOpen={setOpenId} />}
      </PagedList>
      {openId !== undefined && (
        <RefusalDialog requestId={openId} onClose={() => setOpenId(undefined)} />
      )}
    </Section>
  );
}
