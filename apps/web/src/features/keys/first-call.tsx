import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useMutation, useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { CreatedKey, Key } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { Panel } from '@apigate/ui/panel';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { CallSnippet } from './call-snippet.tsx';
import { FirstRequest } from './first-request.tsx';
import { KeySecret } from './key-secret.tsx';
import { keyText } from './key-text.ts';
import { keysQuery } from './keys-query.ts';
import styles from './first-call.module.css';

const placeholder = 'YOUR_KEY';

export interface FirstCallProps {
  title: string;
  /** Id of the user whose keys these are. */
  owner: string;
}

/** From nothing to an answer from the API, in three steps on one page. */
export function FirstCall({ title, owner }: FirstCallProps) {
  const { data: keys } = useSuspenseInfiniteQuery(keysQuery(owner));
  const { data: instance } = useSuspenseQuery(trpc.auth.instance.queryOptions());
  const [created, setCreated] = useState<CreatedKey>();
  const liveKey = keys.pages.flatMap((page) => page.data).find((key) => key.status === 'live');
  const hasKey = created !== undefined || liveKey !== undefined;
  return (
    <Panel title={title}>
      <ol className={styles.steps}>
        <Step title="Your key" isDone={hasKey}>
          <OwnKey created={created} liveKey={liveKey} onCreated={setCreated} />
        </Step>
        <Step title="Call the API" isDone={false}>
          <CallSnippet
            url={instance.proxyUrl + instance.examplePath}
            apiKey={created?.secret ?? placeholder}
          />
          {!created && (
            <p>
              {hasKey
                ? `Put your key where ${placeholder} stands.`
                : 'The key will stand in it once there is one.'}
            </p>
          )}
        </Step>
        <Step title="See it arrive" isDone={false}>
          {hasKey ? (
            <FirstRequest key={created?.id} owner={owner} keyId={created?.id} />
          ) : (
            <p>Your first request shows up here the moment it comes.</p>
          )}
        </Step>
      </ol>
    </Panel>
  );
}

interface StepProps {
  title: string;
  isDone: boolean;
  children: ReactNode;
}

function Step({ title, isDone, children }: StepProps) {
  return (
    <li data-done={isDone || undefined}>
      <h3>{title}</h3>
      {children}
    </li>
  );
}

interface OwnKeyProps {
  created: CreatedKey | undefined;
  liveKey: Key | undefined;
  onCreated: (key: CreatedKey) => void;
}

function OwnKey({ created, liveKey, onCreated }: OwnKeyProps) {
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      // The answer holds the secret: it is handed on and kept nowhere else.
      gcTime: 0,
      onSuccess: async (key) => {
        onCreated(key);
        await queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
    }),
  );
  if (created) return <NewKey secret={created.secret} />;
  if (liveKey) {
    return (
      <p>
        {liveKey.name} <code>{keyText(liveKey)}</code>. It was shown once, when it was made; if it
        is lost, <Link to="/portal/keys">rotate it under Keys</Link>.
      </p>
    );
  }
  return (
    <>
      <Button
        kind="primary"
        busy={create.isPending}
        onClick={() => create.mutate({ name: 'First key' })}
      >
        Create key
      </Button>
      {create.error ? (
        <ProblemReport error={create.error} size="inline" />
      ) : (
        <p>It is what your program shows to the API. You can rename, rotate and revoke it later.</p>
      )}
    </>
  );
}

function NewKey({ secret }: { secret: string }) {
  const ref = useRef<HTMLDivElement>(null);
  // The button that made it is gone.
  useEffect(() => ref.current?.focus(), []);
  return (
    <div ref={ref} tabIndex={-1} className={styles.newKey}>
      <KeySecret secret={secret} />
      <p>Keep it where your secrets are. You will not see it again.</p>
    </div>
  );
}
