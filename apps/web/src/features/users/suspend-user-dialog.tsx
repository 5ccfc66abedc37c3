import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';
import { useRestoreUser } from './use-restore-user.ts';

export interface SuspendUserDialogProps {
  user: User;
  onClose: () => void;
}

export function SuspendUserDialog({ user, onClose }: SuspendUserDialogProps) {
  const restore = useRestoreUser();
  const suspend = useMutation(
    trpc.users.suspend.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({
          text: `${user.email} is suspended.`,
          undo: () => restore.mutate(user),
        });
        await refreshUserData();
      },
    }),
  );

  function submit(form: FormData): void {
    const reason = formText(form, 'reason').trim();
    suspend.mutate({ user: user.id, ...(reason !== '' && { reason }) });
  }

  return (
    <FormDialog
      title={`Suspend ${user.email}?`}
      verb="Suspend user"
      kind="danger"
      mutation={suspend}
      onSubmit={submit}
      onClose={onClose}
    >
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'All their keys, at once. Requests get 403 user_suspended.' },
          { kind: 'stops', text: 'Their sessions. They cannot sign in.' },
          {
            kind: 'kept',
            text: 'The account, its keys, its usage and its plan. Nothing is deleted.',
          },
          { kind: 'undo', text: 'Activate the user, and everything works as before.' },
        ]}
      />
      <TextField
        label="Reason"
        note="optional"
        name="reason"
        maxLength={500}
        autoComplete="off"
        hint="Shown to admins and moderators beside the status."
        error={fieldErrors(suspend.error)['reason']}
      />
    </FormDialog>
  );
}
