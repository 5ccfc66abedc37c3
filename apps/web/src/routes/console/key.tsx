import { useState } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft } from '@tabler/icons-react';
import type { CreatedKey, Key } from '@apigate/contract';
import { CodePopover } from '@apigate/ui/code-popover';
import { PageHeader } from '@apigate/ui/page-header';
import { KeyActions } from '../../features/keys/key-actions.tsx';
import { KeyFacts } from '../../features/keys/key-facts.tsx';
import { keyInCode } from '../../features/keys/key-in-code.ts';
import { KeyOnce } from '../../features/keys/key-once.tsx';
import { KeyStatusMark } from '../../features/keys/key-status-mark.tsx';
import { keyText } from '../../features/keys/key-text.ts';
import { isRetiring } from '../../features/keys/key-words.ts';
import { RotationPanel } from '../../features/keys/rotation-panel.tsx';
import { RequestsSection } from '../../features/requests/requests-section.tsx';
import { useMe } from '../../lib/me.ts';
import { Page } from '../../lib/page.tsx';
import { mayRotateKeysOf } from '../../lib/permissions.ts';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { trpc } from '../../lib/trpc.ts';
import back from '../back.module.css';
import { ThingPending } from './thing-pending.tsx';
import styles from './user.module.css';

const route = getRouteApi('/console/keys/$id');

export function KeyScreen() {
  const { id } = route.useParams();
  return (
    <Page title="Key">
      <Link to="/console/keys" className={back.back}>
        <IconArrowLeft aria-hidden size="1rem" /> Keys
      </Link>
      <QueryBoundary key={id} pending={<ThingPending />}>
        <KeyPage id={id} />
      </QueryBoundary>
    </Page>
  );
}

function KeyPage({ id }: { id: string }) {
  const { do: deed } = route.useSearch();
  const navigate = route.useNavigate();
  const [successor, setSuccessor] = useState<CreatedKey>();
  const { data: key } = useSuspenseQuery(trpc.keys.get.queryOptions({ key: id }));
  return (
    <div className={styles.page}>
      <title>{`${key.name} · apigate`}</title>
      <PageHeader
        title={key.name}
        meta={<KeyStatusMark apiKey={key} />}
        about={
          <>
            <code>{keyText(key)}</code> of{' '}
            <Link to="/console/users/$id" params={{ id: key.user.id }}>
              {key.user.email}
            </Link>
          </>
        }
        actions={
          <>
            <CodePopover about="This key, and what can be done." samples={keyInCode(key)} />
            <KeyActions
              apiKey={key}
              onRotated={setSuccessor}
              isRotating={deed === 'rotate'}
              onRotating={(isRotating) =>
                void navigate({ search: isRotating ? { do: 'rotate' } : {}, replace: true })
              }
            />
          </>
        }
      />
      {successor && (
        <QueryBoundary pending={null}>
          <KeyOnce
            key={successor.id}
            createdKey={successor}
            onDone={() => setSuccessor(undefined)}
          />
        </QueryBoundary>
      )}
      <div className={styles.columns}>
        {isRetiring(key) && (
          <div className={styles.column}>
            <Rotation apiKey={key} />
          </div>
        )}
        <div className={styles.facts}>
          <KeyFacts apiKey={key} />
        </div>
        {/* Last where all stand below each other: nobody knows how many there are. */}
        <div className={styles.column}>
          <RequestsSection user={key.user} apiKey={key} />
        </div>
      </div>
    </div>
  );
}

/** The page waits for it, because nobody knows how many programs still call. */
function Rotation({ apiKey }: { apiKey: Key }) {
  const me = useMe();
  useSuspenseQuery(trpc.keys.rotation.queryOptions({ key: apiKey.id }));
  return <RotationPanel apiKey={apiKey} mayEnd={mayRotateKeysOf(me, apiKey.user)} />;
}
