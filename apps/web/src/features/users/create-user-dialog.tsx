import { useMutation, useQuery } from '@tanstack/react-query';
import type { CreateUserInput, User } from '@apigate/contract';
import { PasswordField } from '@apigate/ui/password-field';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { refreshUserData } from './refresh-user-data.ts';
import { userRoleOptions } from './user-words.ts';

export interface CreateUserDialogProps {
  onClose: () => void;
  onCreated: (user: User) => void;
}

export function CreateUserDialog({ onClose, onCreated }: CreateUserDialogProps) {
  const plans = useQuery(trpc.plans.list.queryOptions({}));
  const create = useMutation(
    trpc.users.create.mutationOptions({
      onSuccess: async (user) => {
        onCreated(user);
        showToast({ text: `${user.email} was added.` });
        await refreshUserData();
      },
    }),
  );
  const errors = fieldErrors(create.error);
  const enabledPlans = plans.data?.data.filter((plan) => plan.enabled) ?? [];
  const defaultPlan = enabledPlans.find((plan) => plan.isDefault);

  function submit(form: FormData): void {
    create.mutate(readForm(form));
  }

  return (
    <FormDialog
      title="Add user"
      verb="Save user"
      mutation={create}
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
        error={errors['email']}
      />
      <TextField
        label="Name"
        note="optional"
        name="name"
        autoComplete="off"
        maxLength={200}
        hint="A person or a company."
        error={errors['name']}
      />
      {/* The choice of plan is made anew when the plans arrive, so that the default one is chosen. */}
      <SelectField
        key={defaultPlan?.slug}
        label="Plan"
        name="plan"
        defaultValue={defaultPlan?.slug}
        options={enabledPlans.map((plan) => ({
          value: plan.slug,
          label: plan.isDefault ? `${plan.name} (default)` : plan.name,
        }))}
        error={errors['plan']}
      />
      <SelectField
        label="Role"
        name="role"
        defaultValue="customer"
        options={userRoleOptions}
        hint="Customers use the portal; moderators and admins the console too."
        error={errors['role']}
      />
      <PasswordField
        label="Password"
        note="optional"
        name="password"
        autoComplete="new-password"
        maxLength={256}
        hint="Without one they cannot sign in yet, but their keys work."
        error={errors['password']}
      />
    </FormDialog>
  );
}

/** Without the password, which is nothing to paste into a terminal. */
function codeOf(form: FormData) {
  const { password: _, ...input } = readForm(form);
  return deedInCode({
    command: 'apigate users create',
    path: '/admin/users',
    call: 'users.create',
    input,
  });
}

function readForm(form: FormData): CreateUserInput {
  const text = (field: string): string => formText(form, field).trim();
  const role = userRoleOptions.find((option) => option.value === text('role'))?.value;
  const password = formText(form, 'password');
  return {
    email: text('email'),
    ...(text('name') !== '' && { name: text('name') }),
    ...(text('plan') !== '' && { plan: text('plan') }),
    ...(role && { role }),
    ...(password !== '' && { password }),
  };
}
