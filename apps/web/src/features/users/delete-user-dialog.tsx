import { useState, type SubmitEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { formText } from '../../lib/form-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
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

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const typed = formText(new FormData(event.currentTarget), 'email').trim().toLowerCase();
    setIsMistyped(typed !== user.email);
    if (typed === user.email) remove.mutate({ user: user.id });
  }

  return (
    <Dialog title={`Delete ${user.email}?`} onClose={onClose}>
      <DialogBody
        onSubmit={submit}
        actions={
          <>
            <Button onClick={onClose} data-first-focus>
              Cancel
            </Button>
            <Button type="submit" kind="danger" busy={remove.isPending}>
              Delete user
            </Button>
          </>
        }
      >
        {remove.error && <ProblemReport error={remove.error} size="inline" />}
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
      </DialogBody>
    </Dialog>
  );
}
