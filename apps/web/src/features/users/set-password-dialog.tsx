import { useMutation, useQuery } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { PasswordField } from '@apigate/ui/password-field';
import { showToast } from '@apigate/ui/toasts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';

export interface SetPasswordDialogProps {
  user: User;
  onClose: () => void;
}

/** A new password from an admin's hand, for someone who cannot get at their mails. */
export function SetPasswordDialog({ user, onClose }: SetPasswordDialogProps) {
  const instance = useQuery(trpc.auth.instance.queryOptions());
  const setPassword = useMutation(
    trpc.users.setPassword.mutationOptions({
      // The input holds the password: it is handed on and kept nowhere else.
      gcTime: 0,
      onSuccess: async () => {
        onClose();
        showToast({ text: `${user.email} has a new password and is signed out.` });
        await refreshUserData();
      },
    }),
  );

  function submit(form: FormData): void {
    const password = formText(form, 'password');
    setPassword.mutate({ user: user.id, password });
  }

  return (
    <FormDialog
      title={`Set the password of ${user.email}`}
      verb="Set password"
      mutation={setPassword}
      onSubmit={submit}
      onClose={onClose}
    >
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'The password before, and every session of this user.' },
          { kind: 'kept', text: 'Keys, second factor and everything else.' },
        ]}
      />
      <PasswordField
        label="New password"
        name="password"
        autoComplete="new-password"
        minLength={instance.data?.passwordCharsMin}
        maxLength={256}
        required
        data-first-focus
        hint="Tell it to them by a safe way, and ask them to change it."
        error={fieldErrors(setPassword.error)['password']}
      />
    </FormDialog>
  );
}
