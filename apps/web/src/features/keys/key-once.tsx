import { useEffect, useRef } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { IconKey } from '@tabler/icons-react';
import type { CreatedKey } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { trpc } from '../../lib/trpc.ts';
import { CallSnippet } from './call-snippet.tsx';
import { FirstRequest } from './first-request.tsx';
import { KeySecret } from './key-secret.tsx';
import styles from './key-once.module.css';

export interface KeyOnceProps {
  createdKey: CreatedKey;
  onDone: () => void;
}

/** The only time that a secret is shown, with a first call to paste. */
export function KeyOnce({ createdKey, onDone }: KeyOnceProps) {
  const { data: instance } = useSuspenseQuery(trpc.auth.instance.queryOptions());
  const ref = useRef<HTMLElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <section ref={ref} className={styles.panel} tabIndex={-1} aria-labelledby="key-once">
      <header>
        <IconKey aria-hidden size="1.25rem" />
        <div>
          <h2 id="key-once">{createdKey.name} is ready</h2>
          <p>Copy the key now and keep it where your secrets are. You will not see it again.</p>
        </div>
      </header>
      <KeySecret secret={createdKey.secret} />
      <div className={styles.try}>
        <p>Try it in a terminal.</p>
        <CallSnippet url={instance.proxyUrl + instance.examplePath} apiKey={createdKey.secret} />
        <FirstRequest owner={createdKey.user.id} keyId={createdKey.id} />
      </div>
      <Button className={styles.done} onClick={onDone}>
        Done, I have stored it
      </Button>
    </section>
  );
}
