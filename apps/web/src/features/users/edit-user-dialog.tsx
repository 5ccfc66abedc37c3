import type { SubmitEvent } from 'react';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { UpdateUserInput, User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { fieldErrors } from '../../lib/error-text.ts';
import { formText } from '../../lib/form-text.ts';
import { useMe } from '../../lib/me.ts';
import { mayEditAccount } from '../../lib/permissions.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { userRoleOptions } from './user-words.ts';

export interface EditUserDialogProps {
  user: User;
  onClose: () => void;
}

export function EditUserDialog({ user, onClose }: EditUserDialogProps) {
  const me = useMe();
  const plans = useQuery(trpc.plans.list.queryOptions({}));
  const update = useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: async (changed) => {
        onClose();
        showToast({ text: `${changed.email} was changed.` });
        await Promise.all([
          queryClient.invalidateQueries(trpc.users.pathFilter()),
          queryClient.invalidateQueries(trpc.usage.pathFilter()),
        ]);
      },
    }),
  );
  const errors = fieldErrors(update.error);
  const planOptions = plans.data?.data ?? [user.plan];

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const changes = changesIn(new FormData(event.currentTarget), user);
    if (Object.keys(changes).length === 0) onClose();
    else update.mutate({ user: user.id, ...changes });
  }

  return (
    <Dialog title={`Edit ${user.email}`} onClose={onClose}>
      <DialogBody
        onSubmit={submit}
        actions={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={update.isPending}>
              Save changes
            </Button>
          </>
        }
      >
        {update.error && <ProblemReport error={update.error} size="inline" />}
        <TextField
          label="Name"
          note="optional"
          name="name"
          autoComplete="off"
          maxLength={200}
          defaultValue={user.name ?? ''}
          data-first-focus
          error={errors['name']}
        />
        {mayEditAccount(me) && (
          <>
            <TextField
              label="E-mail"
              name="email"
              type="email"
              autoComplete="off"
              maxLength={254}
              required
              defaultValue={user.email}
              error={errors['email']}
            />
            <SelectField
              label="Plan"
              name="plan"
              defaultValue={user.plan.slug}
              options={planOptions.map((plan) => ({ value: plan.slug, label: plan.name }))}
              hint="Takes effect at once and keeps what was used this month."
              error={errors['plan']}
            />
            {me.id !== user.id && (
              <SelectField
                label="Role"
                name="role"
                defaultValue={user.role}
                options={userRoleOptions}
                hint="A change ends their sessions."
                error={errors['role']}
              />
            )}
          </>
        )}
      </DialogBody>
    </Dialog>
  );
}

/** Only what differs is sent, so that two admins do not undo each other. Fields that were not shown are not in the form. */
function changesIn(form: FormData, user: User): Omit<UpdateUserInput, 'user'> {
  const name = formText(form, 'name').trim() || null;
  const email = formText(form, 'email').trim();
  const plan = formText(form, 'plan');
  const role = userRoleOptions.find((option) => option.value === formText(form, 'role'))?.value;
  return {
    ...(name !== user.name && { name }),
    ...(email !== '' && email !== user.email && { email }),
    ...(plan !== '' && plan !== user.plan.slug && { plan }),
    ...(role && role !== user.role && { role }),
  };
}
