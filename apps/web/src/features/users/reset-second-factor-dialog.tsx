import type { SubmitEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { showToast } from '@apigate/ui/toasts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';

export interface ResetSecondFactorDialogProps {
  user: User;
  onClose: () => void;
}

/** For someone who has lost both the authenticator and the recovery codes. */
export function ResetSecondFactorDialog({ user, onClose }: ResetSecondFactorDialogProps) {
  const reset = useMutation(
    trpc.users.resetSecondFactor.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: `${user.email} signs in with the password alone.` });
        await refreshUserData();
      },
    }),
  );

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    reset.mutate({ user: user.id });
  }

  return (
    <Dialog title={`Take away the second factor of ${user.email}?`} onClose={onClose}>
      <DialogBody
        onSubmit={submit}
        actions={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="danger" busy={reset.isPending}>
              Take second factor away
            </Button>
          </>
        }
      >
        {reset.error && <ProblemReport error={reset.error} size="inline" />}
        <ConsequenceList
          items={[
            { kind: 'stops', text: 'Their codes and recovery codes, and every session.' },
            { kind: 'kept', text: 'Password, keys and everything else. They are told by mail.' },
            { kind: 'undo', text: 'They set a second factor up again under Security.' },
          ]}
        />
      </DialogBody>
    </Dialog>
  );
}
