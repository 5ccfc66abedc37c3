import { useSuspenseQuery } from '@tanstack/react-query';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { Skeleton } from '@apigate/ui/skeleton';
import { DocumentPanel } from '../../features/reference/document-panel.tsx';
import { referenceInCode } from '../../features/reference/reference-in-code.ts';
import { Page } from '../../lib/page.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';

export function ReferenceScreen() {
  return (
    <Page title="API reference">
      <PageHeader
        title="API reference"
        about="What the portal shows of your API: every operation, with code and a way to try it."
        actions={
          <QueryBoundary pending={null}>
            <InCode />
          </QueryBoundary>
        }
      />
      <QueryBoundary pending={<Skeleton heightPx={420} />}>
        <DocumentPanel />
      </QueryBoundary>
    </Page>
  );
}

function InCode() {
  const { source } = useSuspenseQuery(trpc.reference.source.queryOptions()).data;
  return (
    <CodePopover
      about="Give the document from where your API is built."
      samples={referenceInCode(source?.url ?? undefined)}
    />
  );
}
