import { useMutation } from '@tanstack/react-query';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
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

  const submit = (form: FormData): void => invite.mutate(readForm(form));

  return (
    <FormDialog
      title="Invite to the console"
      verb="Send invitation"
      mutation={invite}
      code={codeOf}
      onSubmit={submit}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}

function readForm(form: FormData) {
  return {
    email: formText(form, 'email').trim(),
    role: formText(form, 'role') === 'admin' ? 'admin' : 'moderator',
  } as const;
}

function codeOf(form: FormData) {
  return deedInCode({
    command: 'apigate invites create',
    path: '/admin/invites',
    call: 'invites.create',
    input: readForm(form),
  });
}
