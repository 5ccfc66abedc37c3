import { useEffect, useRef } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { IconKey } from '@tabler/icons-react';
import type { CreatedKey } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodeBlock } from '@apigate/ui/code-block';
import { CopyButton } from '@apigate/ui/copy-button';
import { callSnippet } from '../../lib/call-snippet.ts';
import { trpc } from '../../lib/trpc.ts';
import { FirstRequest } from './first-request.tsx';
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
        <IconKey aria-hidden size={20} />
        <div>
          <h2 id="key-once">{createdKey.name} is ready</h2>
          <p>Copy the key now and keep it where your secrets are. You will not see it again.</p>
        </div>
      </header>
      <div className={styles.secret}>
        <code aria-label="Key">{createdKey.secret}</code>
        <CopyButton kind="primary" text={createdKey.secret} label="Copy key" />
      </div>
      <div className={styles.try}>
        <p>
          Try it in a terminal. The path is that of the built-in sample; any path of the API goes
          there.
        </p>
        <CodeBlock
          code={callSnippet(instance.proxyUrl, createdKey.secret)}
          copyLabel="Copy command"
        />
        <FirstRequest keyId={createdKey.id} />
      </div>
      <Button className={styles.done} onClick={onDone}>
        Done, I have stored it
      </Button>
    </section>
  );
}
