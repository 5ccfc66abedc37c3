import { useState } from 'react';
import type { CreatedKey } from '@apigate/contract';
import { PageHeader } from '@apigate/ui/page-header';
import { Skeleton } from '@apigate/ui/skeleton';
import { CreateKeyDialog } from '../../features/keys/create-key-dialog.tsx';
import { FirstCall } from '../../features/keys/first-call.tsx';
import { KeyOnce } from '../../features/keys/key-once.tsx';
import { UserRefusals } from '../../features/refusals/user-refusals.tsx';
import { UsagePanel } from '../../features/usage/usage-panel.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';

export function OverviewScreen() {
  const me = useMe();
  const [isCreating, setIsCreating] = useState(false);
  const [created, setCreated] = useState<CreatedKey>();
  return (
    <Page title="Overview">
      <PageHeader title={`Hello, ${me.firstName ?? me.name ?? me.email}`} />
      <QueryBoundary pending={<Skeleton heightPx={560} />}>
        {created ? (
          <KeyOnce createdKey={created} onDone={() => setCreated(undefined)} />
        ) : (
          <FirstCall owner={me.id} onCreateKey={() => setIsCreating(true)} />
        )}
        <UsagePanel planName={me.plan.name} />
        <UserRefusals user={me} />
      </QueryBoundary>
      {isCreating && (
        <CreateKeyDialog
          onClose={() => setIsCreating(false)}
          onCreated={(key) => {
            setIsCreating(false);
            setCreated(key);
          }}
        />
      )}
    </Page>
  );
}
