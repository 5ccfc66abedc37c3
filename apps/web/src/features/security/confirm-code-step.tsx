import { Suspense, lazy } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { TotpEnrolment } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CopyButton } from '@apigate/ui/copy-button';
import { DialogBody } from '@apigate/ui/dialog-body';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { FormProblem } from '../../lib/form-problem.tsx';
import { formText } from '../../lib/form-text.ts';
import { trpc } from '../../lib/trpc.ts';
import styles from './confirm-code-step.module.css';

const QrCode = lazy(() => import('./qr-code.tsx').then((module) => ({ default: module.QrCode })));

export interface ConfirmCodeStepProps {
  enrolment: TotpEnrolment;
  onClose: () => void;
  onConfirmed: (recoveryCodes: readonly string[]) => void;
}

/** Hands the secret to the app, by picture or by typing, and asks for a first code of it. */
export function ConfirmCodeStep({ enrolment, onClose, onConfirmed }: ConfirmCodeStepProps) {
  const confirm = useMutation(
    trpc.security.confirmTotp.mutationOptions({
      gcTime: 0,
      onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes),
    }),
  );
  return (
    <DialogBody
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate({ code: formText(new FormData(event.currentTarget), 'code') });
      }}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={confirm.isPending}>
            Turn on
          </Button>
        </>
      }
    >
      <FormProblem error={confirm.error} fields={['code']} />
      <p>Scan this with your authenticator app, or type the secret into it.</p>
      <div className={styles.hand}>
        <div className={styles.picture}>
          <Suspense fallback={null}>
            <QrCode text={enrolment.uri} label="QR code with the secret for your app" />
          </Suspense>
        </div>
        <div className={styles.typed}>
          <h3>Secret</h3>
          <code aria-label="Secret">{inFours(enrolment.secret)}</code>
          <CopyButton kind="secondary" text={enrolment.secret} label="Copy secret" />
        </div>
      </div>
      <TextField
        ref={focusOnArrival}
        label="Code"
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        spellCheck={false}
        maxLength={10}
        required
        hint="The six digits that the app shows now."
        error={fieldErrors(confirm.error)['code']}
      />
    </DialogBody>
  );
}

function inFours(secret: string): string {
  return (secret.match(/.{1,4}/g) ?? []).join(' ');
}
