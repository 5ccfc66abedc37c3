import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { FormDialog } from '../../lib/form-dialog.tsx';
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

  return (
    <FormDialog
      title={`Take away the second factor of ${user.email}?`}
      verb="Take second factor away"
      kind="danger"
      mutation={reset}
      onSubmit={() => reset.mutate({ user: user.id })}
      onClose={onClose}
    >
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'Their codes and recovery codes, and every session.' },
          { kind: 'kept', text: 'Password, keys and everything else. They are told by mail.' },
          { kind: 'undo', text: 'They set a second factor up again under Security.' },
        ]}
      />
    </FormDialog>
  );
}
