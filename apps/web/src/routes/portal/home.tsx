import { useState } from 'react';
import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { buttonClassName } from '@apigate/ui/button';
import { Nothing } from '@apigate/ui/nothing';
import { PageHeader } from '@apigate/ui/page-header';
import { Panel } from '@apigate/ui/panel';
import { Skeleton } from '@apigate/ui/skeleton';
import { FirstCall } from '../../features/keys/first-call.tsx';
import { requestsQuery } from '../../features/requests/requests-query.ts';
import { RequestsTable } from '../../features/requests/requests-table.tsx';
import { QuotaPanel } from '../../features/usage/quota-panel.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { PagedList } from '../../lib/paged-list.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';

export function HomeScreen() {
  const me = useMe();
  const name = me.firstName ?? me.name;
  return (
    <Page title="Home">
      <PageHeader title={name === null ? 'Welcome' : `Hello, ${name}`} />
      <QueryBoundary pending={<Skeleton heightPx={560} />}>
        <HomeParts />
      </QueryBoundary>
    </Page>
  );
}

function HomeParts() {
  const me = useMe();
  const { data: summary } = useSuspenseQuery(trpc.usage.summary.queryOptions({}));
  // As it was when the page opened: nothing changes places when the first request comes.
  const [isNew] = useState(summary.lastActiveAt === null);
  const quota = (
    <QuotaPanel
      planName={me.plan.name}
      actions={
        <>
          <Link to="/portal/usage" className={buttonClassName()}>
            Set an alert
          </Link>
          <Link to="/portal/plan" className={buttonClassName()}>
            See plans
          </Link>
        </>
      }
    />
  );
  return isNew ? (
    <>
      <FirstCall title="Make your first call" owner={me.id} />
      {quota}
    </>
  ) : (
    <>
      {quota}
      <LastRequests user={me.id} />
      <FirstCall title="Call the API" owner={me.id} />
    </>
  );
}

function LastRequests({ user }: { user: string }) {
  const requests = useInfiniteQuery(requestsQuery({ user }, 5));
  return (
    <Panel
      title="Last requests"
      frame="none"
      aside={
        <Link to="/portal/requests" className={buttonClassName('quiet')}>
          All requests
        </Link>
      }
    >
      <PagedList
        query={{ ...requests, hasNextPage: false }}
        noun="requests"
        empty={<Nothing>No request is kept any more.</Nothing>}
      >
        {(rows) => <RequestsTable of="caller" requests={rows} pendingRows={5} />}
      </PagedList>
    </Panel>
  );
}
