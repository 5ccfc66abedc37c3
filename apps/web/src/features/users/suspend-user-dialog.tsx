import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { shellQuoted } from '../../lib/shell-text.ts';
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

  const inputOf = (form: FormData): { reason?: string } => {
    const reason = formText(form, 'reason').trim();
    return reason === '' ? {} : { reason };
  };
  const submit = (form: FormData): void => suspend.mutate({ user: user.id, ...inputOf(form) });
  const codeOf = (form: FormData) =>
    deedInCode({
      command: `apigate users suspend ${shellQuoted(user.email)}`,
      path: `/admin/users/${user.id}/suspend`,
      call: 'users.suspend',
      ref: user.email,
      input: inputOf(form),
    });

  return (
    <FormDialog
      title={`Suspend ${user.email}?`}
      verb="Suspend user"
      kind="danger"
      mutation={suspend}
      code={codeOf}
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
