import { useState } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { PageHeader } from '@apigate/ui/page-header';
import { Skeleton } from '@apigate/ui/skeleton';
import { FirstCall } from '../../features/keys/first-call.tsx';
import { UserRefusals } from '../../features/refusals/user-refusals.tsx';
import { UsagePanel } from '../../features/usage/usage-panel.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
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
  const usage = <UsagePanel planName={me.plan.name} />;
  return isNew ? (
    <>
      <FirstCall title="Make your first call" owner={me.id} />
      {usage}
    </>
  ) : (
    <>
      {usage}
      <UserRefusals user={me} />
      <FirstCall title="Call the API" owner={me.id} />
    </>
  );
}
