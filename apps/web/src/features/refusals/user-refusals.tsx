import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CodePopover } from '@apigate/ui/code-popover';
import { Nothing } from '@apigate/ui/nothing';
import { Section } from '@apigate/ui/section';
import { PagedList } from '../../lib/paged-list.tsx';
import { useRequestPage } from '../../lib/request-link.tsx';
import { ExplainForm } from './explain-form.tsx';
import { refusalsInCode } from './refusals-in-code.ts';
import { refusalsQuery } from './refusals-query.ts';
import { RefusalsTable } from './refusals-table.tsx';

/** The requests of a user that the proxy refused, and why. */
export function UserRefusals({ user }: { user: { id: string; email: string } }) {
  const navigate = useNavigate();
  const requestPage = useRequestPage();
  const requests = useInfiniteQuery(refusalsQuery(user.id));
  return (
    <Section
      title="Refused requests"
      aside={<CodePopover about="Refusals, and why." samples={refusalsInCode(user.email)} />}
    >
      <ExplainForm
        onExplain={(requestId) => void navigate({ to: requestPage, params: { requestId } })}
      />
      <PagedList
        query={requests}
        noun="refused requests"
        empty={<Nothing>No request was refused.</Nothing>}
      >
        {(rows) => <RefusalsTable requests={rows} />}
      </PagedList>
    </Section>
  );
}
