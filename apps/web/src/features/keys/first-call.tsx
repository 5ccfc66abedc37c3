import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from '@apigate/ui/button';
import { CodeBlock } from '@apigate/ui/code-block';
import { Panel } from '@apigate/ui/panel';
import { callSnippet } from '../../lib/call-snippet.ts';
import { trpc } from '../../lib/trpc.ts';
import { keyText } from './key-text.ts';
import { keysQuery } from './keys-query.ts';
import styles from './first-call.module.css';

export interface FirstCallProps {
  /** Id of the user whose keys these are. */
  owner: string;
  onCreateKey: () => void;
}

/** From nothing to an answer from the API, in two steps. */
export function FirstCall({ owner, onCreateKey }: FirstCallProps) {
  const { data: keys } = useSuspenseInfiniteQuery(keysQuery(owner));
  const { data: instance } = useSuspenseQuery(trpc.auth.instance.queryOptions());
  const liveKey = keys.pages.flatMap((page) => page.data).find((key) => key.status === 'live');
  return (
    <Panel title="Make a call">
      <ol className={styles.steps}>
        <li>
          <h3>Your key</h3>
          {liveKey ? (
            <p>
              {liveKey.name} <code>{keyText(liveKey)}</code>. Its secret was shown once, when it was
              created; if it is lost, <Link to="/portal/keys">create another key</Link>.
            </p>
          ) : (
            <>
              <p>You have no key that works yet. It takes one field and is shown once.</p>
              <Button kind="primary" onClick={onCreateKey}>
                Create key
              </Button>
            </>
          )}
        </li>
        <li>
          <h3>Call the API</h3>
          <p>
            Every request goes to {instance.proxyUrl} and carries the key in this header. The path
            below is that of the built-in sample; any path of the API goes there.
          </p>
          <CodeBlock code={callSnippet(instance.proxyUrl, 'YOUR_KEY')} copyLabel="Copy command" />
        </li>
      </ol>
    </Panel>
  );
}
