import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { TotpEnrolment } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { PasswordField } from '@apigate/ui/password-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormProblem } from '../../lib/form-problem.tsx';
import { formText } from '../../lib/form-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { ConfirmCodeStep } from './confirm-code-step.tsx';

export interface SetUpSecondFactorDialogProps {
  onClose: () => void;
  onSetUp: (recoveryCodes: readonly string[]) => void;
}

/** First the password again, then the app learns the secret and proves it by a code. */
export function SetUpSecondFactorDialog({ onClose, onSetUp }: SetUpSecondFactorDialogProps) {
  const [enrolment, setEnrolment] = useState<TotpEnrolment>();
  const begin = useMutation(
    trpc.security.beginTotp.mutationOptions({ gcTime: 0, onSuccess: setEnrolment }),
  );
  return (
    <Dialog title="Set up second factor" onClose={onClose}>
      {enrolment ? (
        <ConfirmCodeStep enrolment={enrolment} onClose={onClose} onConfirmed={onSetUp} />
      ) : (
        <DialogBody
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            begin.mutate({ currentPassword: formText(form, 'currentPassword') });
          }}
          actions={
            <>
              <Button onClick={onClose}>Cancel</Button>
              <Button type="submit" kind="primary" busy={begin.isPending}>
                Continue
              </Button>
            </>
          }
        >
          <FormProblem error={begin.error} fields={['currentPassword']} />
          <p>
            You need an authenticator app at hand. Your password first, so that nobody else does
            this for you.
          </p>
          <PasswordField
            label="Current password"
            name="currentPassword"
            autoComplete="current-password"
            maxLength={256}
            required
            data-first-focus
            error={fieldErrors(begin.error)['currentPassword']}
          />
        </DialogBody>
      )}
    </Dialog>
  );
}
