import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { PasswordField } from '@apigate/ui/password-field';
import { toastProblem } from '../../lib/toast-problem.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { setTryKey, useTryKey } from './try-key.ts';
import type { useTryCall } from './use-try-call.ts';
import styles from './try-key-field.module.css';

const newKeyName = 'API reference';

/** The key that calls are sent with: pasted, or made for it. */
export function TryKeyField() {
  const apiKey = useTryKey();
  const [isOurs, setIsOurs] = useState(false);
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      onSuccess: async ({ secret }) => {
        setTryKey(secret);
        setIsOurs(true);
        await queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
      onError: toastProblem,
    }),
  );
  return (
    <div className={styles.key}>
      <PasswordField
        label="Your key"
        value={apiKey}
        required
        autoComplete="off"
        spellCheck={false}
        hint={
          isOurs ? (
            <>
              Made for this page as “{newKeyName}”. Revoke it under{' '}
              <Link to="/portal/keys">Keys</Link> when you are done.
            </>
          ) : (
            'Stays in this tab until you reload it. Calls count like any other.'
          )
        }
        onChange={(event) => {
          setTryKey(event.currentTarget.value);
          setIsOurs(false);
        }}
      />
      <Button busy={create.isPending} onClick={() => create.mutate({ name: newKeyName })}>
        Create a key for this
      </Button>
    </div>
  );
}

export interface TryButtonsProps {
  tryCall: ReturnType<typeof useTryCall>;
  method: string;
  url: string;
}

/** Sends the call, and stops one that takes too long. */
export function TryButtons({ tryCall: { state, stop }, method, url }: TryButtonsProps) {
  const isSending = state.kind === 'sending';
  return (
    <div className={styles.send}>
      <Button type="submit" kind="primary" icon={<IconPlayerPlay aria-hidden />} busy={isSending}>
        Send {method}
      </Button>
      {isSending && (
        <Button icon={<IconPlayerStop aria-hidden />} onClick={stop}>
          Stop
        </Button>
      )}
      <code className={styles.url}>{url}</code>
    </div>
  );
}
