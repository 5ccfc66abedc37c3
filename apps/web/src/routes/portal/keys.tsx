import { useState } from 'react';
import { useInfiniteQuery, usePrefetchQuery } from '@tanstack/react-query';
import { IconKey, IconPlus } from '@tabler/icons-react';
import type { CreatedKey } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Empty } from '@apigate/ui/empty';
import { PageHeader } from '@apigate/ui/page-header';
import { CreateKeyDialog } from '../../features/keys/create-key-dialog.tsx';
import { KeyOnce } from '../../features/keys/key-once.tsx';
import { keysInCode } from '../../features/keys/keys-in-code.ts';
import { KeysList } from '../../features/keys/keys-list.tsx';
import { keysQuery } from '../../features/keys/keys-query.ts';
import { UsagePanel } from '../../features/usage/usage-panel.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';

export function KeysScreen() {
  const me = useMe();
  const keys = useInfiniteQuery(keysQuery(me.id));
  usePrefetchQuery(trpc.keys.scopes.queryOptions());
  const [isCreating, setIsCreating] = useState(false);
  const [created, setCreated] = useState<CreatedKey>();
  const createKey = (
    <Button kind="primary" icon={<IconPlus aria-hidden />} onClick={() => setIsCreating(true)}>
      Create key
    </Button>
  );

  return (
    <Page title="Keys">
      <PageHeader
        title="Keys"
        about="A key is what your programs show to the API. Give each program one of its own."
        actions={
          <>
            <CodePopover about="Your keys, and a new one." samples={keysInCode()} />
            {createKey}
          </>
        }
      />
      {created && (
        <QueryBoundary pending={null}>
          <KeyOnce key={created.id} createdKey={created} onDone={() => setCreated(undefined)} />
        </QueryBoundary>
      )}
      <KeysList
        owner={me}
        isConsole={false}
        newKeyId={created?.id}
        onRotated={setCreated}
        empty={
          <Empty
            icon={<IconKey aria-hidden />}
            title="No key yet"
            action={createKey}
            command="apigate keys create --name Backend"
          >
            With a key your programs can call the API. It is shown once, when you create it.
          </Empty>
        }
      />
      {/* Not before the height of what stands above it is known. */}
      {!keys.isPending && <UsagePanel planName={me.plan.name} />}
      {isCreating && (
        <CreateKeyDialog onClose={() => setIsCreating(false)} onCreated={setCreated} />
      )}
    </Page>
  );
}
