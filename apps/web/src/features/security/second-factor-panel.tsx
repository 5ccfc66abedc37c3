import { useState } from 'react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { Panel } from '@apigate/ui/panel';
import { Status } from '@apigate/ui/status';
import { showToast } from '@apigate/ui/toasts';
import { forgetMe } from '../../lib/me.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { RecoveryCodesOnce } from './recovery-codes-once.tsx';
import { RemoveSecondFactorDialog } from './remove-second-factor-dialog.tsx';
import { RenewCodesDialog } from './renew-codes-dialog.tsx';
import { SetUpSecondFactorDialog } from './set-up-second-factor-dialog.tsx';
import styles from './second-factor-panel.module.css';

export interface SecondFactorPanelProps {
  /** The recovery codes of a second factor that has just been set up are stored. */
  onSetUp?: (() => void) | undefined;
}

/** Whether signing in takes a code as well, and all that can be done about it. */
export function SecondFactorPanel({ onSetUp }: SecondFactorPanelProps) {
  const { data: security } = useSuspenseQuery(trpc.security.get.queryOptions());
  const [open, setOpen] = useState<'set-up' | 'renew' | 'remove'>();
  const [made, setMade] = useState<{ codes: readonly string[]; refreshed: Promise<void> }>();
  const close = (): void => setOpen(undefined);

  async function refresh(): Promise<void> {
    await Promise.all([
      queryClient.invalidateQueries(trpc.security.pathFilter()),
      queryClient.invalidateQueries(trpc.sessions.pathFilter()),
      forgetMe(),
    ]);
  }

  function showCodes(codes: readonly string[]): void {
    setOpen(undefined);
    setMade({ codes, refreshed: refresh() });
  }

  return (
    <Panel
      title="Second factor"
      aside={
        security.totpEnabled ? (
          <Status tone="good" word="On" />
        ) : (
          <Status tone="idle" word="Not set up" />
        )
      }
    >
      {made && (
        <RecoveryCodesOnce
          codes={made.codes}
          onDone={() => {
            setMade(undefined);
            // What is still known of this person would lead back to here.
            void made.refreshed.then(onSetUp);
          }}
        />
      )}
      {!made && security.totpEnabled && (
        <>
          <p className={styles.about}>
            Signing in takes your password and a code of your authenticator app.{' '}
            {recoveryText(security.recoveryCodesLeft)}
          </p>
          <div className={styles.actions}>
            <Button onClick={() => setOpen('renew')}>New recovery codes…</Button>
            <Button onClick={() => setOpen('remove')}>Remove second factor…</Button>
          </div>
        </>
      )}
      {!made && !security.totpEnabled && (
        <>
          <p className={styles.about}>
            With it, a stolen password is not enough: signing in also takes a code that an app on
            your phone shows, such as Google Authenticator, 1Password or Aegis.
          </p>
          <div className={styles.actions}>
            <Button kind="primary" onClick={() => setOpen('set-up')}>
              Set up second factor
            </Button>
          </div>
        </>
      )}
      {open === 'set-up' && <SetUpSecondFactorDialog onClose={close} onSetUp={showCodes} />}
      {open === 'renew' && <RenewCodesDialog onClose={close} onRenewed={showCodes} />}
      {open === 'remove' && (
        <RemoveSecondFactorDialog
          onClose={close}
          onRemoved={() => {
            setOpen(undefined);
            setMade(undefined);
            showToast({ text: 'The second factor is removed; your password alone signs you in.' });
            void refresh();
          }}
        />
      )}
    </Panel>
  );
}

function recoveryText(left: number): string {
  if (left === 0) return 'You have no recovery code left; make new ones before you lose the phone.';
  return left === 1 ? 'One recovery code is left.' : `${left} recovery codes are left.`;
}
