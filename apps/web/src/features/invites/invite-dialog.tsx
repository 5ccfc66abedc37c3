import type { SubmitEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { fieldErrors } from '../../lib/error-text.ts';
import { formText } from '../../lib/form-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { inviteRoleOptions } from './invite-words.ts';

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const invite = useMutation(
    trpc.invites.create.mutationOptions({
      onSuccess: async ({ email }) => {
        onClose();
        showToast({ text: `${email} is invited. The mail with the link is in the outbox.` });
        await Promise.all([
          queryClient.invalidateQueries(trpc.invites.pathFilter()),
          queryClient.invalidateQueries(trpc.mails.pathFilter()),
        ]);
      },
    }),
  );
  const errors = fieldErrors(invite.error);

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    invite.mutate({
      email: formText(form, 'email').trim(),
      role: formText(form, 'role') === 'admin' ? 'admin' : 'moderator',
    });
  }

  return (
    <Dialog title="Invite to the console" onClose={onClose}>
      <DialogBody
        onSubmit={submit}
        actions={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={invite.isPending}>
              Send invitation
            </Button>
          </>
        }
      >
        {invite.error && <ProblemReport error={invite.error} size="inline" />}
        <TextField
          label="E-mail"
          name="email"
          type="email"
          autoComplete="off"
          maxLength={254}
          required
          data-first-focus
          hint="They get a link that is good for 48 hours; one sent before ends."
          error={errors['email']}
        />
        <SelectField
          label="Role"
          name="role"
          defaultValue="moderator"
          options={inviteRoleOptions}
          hint="Moderators look after customers. Admins may do everything, so the other admins are told."
          error={errors['role']}
        />
      </DialogBody>
    </Dialog>
  );
}
