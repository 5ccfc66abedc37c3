import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { shellQuoted } from '../../lib/shell-text.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';
import styles from './delete-user-dialog.module.css';

export interface DeleteUserDialogProps {
  user: User;
  onClose: () => void;
  onDeleted: () => Promise<void>;
  /** The safer way; undefined where the user is suspended already. */
  onSuspendInstead: (() => void) | undefined;
}

export function DeleteUserDialog({
  user,
  onClose,
  onDeleted,
  onSuspendInstead,
}: DeleteUserDialogProps) {
  const [isMistyped, setIsMistyped] = useState(false);
  const remove = useMutation(
    trpc.users.delete.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: `${user.email} is deleted.` });
        // Off their page first, or it would ask for them again.
        await onDeleted();
        queryClient.removeQueries(trpc.users.get.queryFilter({ user: user.id }));
        await refreshUserData();
      },
    }),
  );

  function submit(form: FormData): void {
    const typed = formText(form, 'email').trim().toLowerCase();
    setIsMistyped(typed !== user.email);
    if (typed === user.email) remove.mutate({ user: user.id });
  }

  return (
    <FormDialog
      title={`Delete ${user.email}?`}
      verb="Delete user"
      kind="danger"
      mutation={remove}
      code={() =>
        deedInCode({
          command: `apigate users delete ${shellQuoted(user.email)}`,
          method: 'DELETE',
          path: `/admin/users/${user.id}`,
          call: 'users.delete',
          ref: user.email,
        })
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {onSuspendInstead && (
        <div className={styles.safer}>
          <p>Suspending stops the user and their keys as well, and can be undone.</p>
          <Button onClick={onSuspendInstead}>Suspend instead…</Button>
        </div>
      )}
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'All their keys, at once, for good.' },
          { kind: 'stops', text: 'Their sessions end, and their usage history is removed.' },
          {
            kind: 'kept',
            text: 'The audit log, with a digest in place of the address.',
          },
          { kind: 'undo', text: 'Not possible. The address is free for a new account.' },
        ]}
      />
      <TextField
        label={`Type ${user.email} to delete it`}
        name="email"
        autoComplete="off"
        spellCheck={false}
        required
        error={isMistyped ? `This is not ${user.email}. Nothing was deleted.` : undefined}
      />
    </FormDialog>
  );
}
