import { useQuery } from '@tanstack/react-query';
import type { UpdateUserInput, User } from '@apigate/contract';
import { MoreFields } from '@apigate/ui/more-fields';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { changesOrName, deedInCode } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { useMe } from '../../lib/me.ts';
import { mayEditAccount, mayRule } from '../../lib/permissions.ts';
import { shellQuoted } from '../../lib/shell-text.ts';
import { trpc } from '../../lib/trpc.ts';
import { useUpdateUser } from './use-update-user.ts';
import { userRoleOptions } from './user-words.ts';
import styles from './edit-user-dialog.module.css';

export interface EditUserDialogProps {
  user: User;
  onClose: () => void;
}

export function EditUserDialog({ user, onClose }: EditUserDialogProps) {
  const me = useMe();
  const plans = useQuery(trpc.plans.list.queryOptions({}));
  const update = useUpdateUser(user, ({ email }) => `${email} was changed.`, onClose);
  const errors = fieldErrors(update.error);
  const planOptions = plans.data?.data ?? [user.plan];
  const text = (field: TextFieldName, label: string, charsMax: number) => (
    <TextField
      label={label}
      note="optional"
      name={field}
      autoComplete="off"
      maxLength={charsMax}
      defaultValue={user[field] ?? ''}
      error={errors[field]}
    />
  );

  function submit(form: FormData): void {
    const changes = changesIn(form, user);
    if (Object.keys(changes).length === 0) onClose();
    else update.mutate({ user: user.id, ...changes });
  }

  const codeOf = (form: FormData) =>
    deedInCode({
      command: `apigate users update ${shellQuoted(user.email)}`,
      method: 'PUT',
      path: `/admin/users/${user.id}`,
      call: 'users.update',
      ref: user.email,
      input: changesOrName(changesIn(form, user), user),
    });

  return (
    <FormDialog
      title={`Edit ${user.email}`}
      verb="Save changes"
      mutation={update}
      code={codeOf}
      onSubmit={submit}
      onClose={onClose}
    >
      {mayEditAccount(me) && (
        <>
          <SelectField
            label="Plan"
            name="plan"
            data-first-focus
            defaultValue={user.plan.slug}
            options={planOptions.map((plan) => ({ value: plan.slug, label: plan.name }))}
            hint="Takes effect at once and keeps what was used this month."
            error={errors['plan']}
          />
          {mayRule(me, user) && (
            <SelectField
              label="Role"
              name="role"
              defaultValue={user.role}
              options={userRoleOptions}
              hint="A change ends their sessions; the admins hear of more rights by mail."
              error={errors['role']}
            />
          )}
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
        </>
      )}
      {text('name', 'Name', 200)}
      <div className={styles.pair}>
        {text('firstName', 'First name', 100)}
        {text('lastName', 'Last name', 100)}
      </div>
      {text('username', 'Username', 64)}
      {mayEditAccount(me) && (
        <MoreFields title="Ids elsewhere" isOpen={hasElsewhere(errors)}>
          {text('externalId', 'External id', 128)}
          {text('stripeCustomerId', 'Customer at Stripe', 128)}
          {text('paddleCustomerId', 'Customer at Paddle', 128)}
          {text('lemonSqueezyCustomerId', 'Customer at Lemon Squeezy', 128)}
        </MoreFields>
      )}
    </FormDialog>
  );
}

const elsewhere = [
  'externalId',
  'stripeCustomerId',
  'paddleCustomerId',
  'lemonSqueezyCustomerId',
] as const;

/** Fields that may be empty, which clears them. */
const textFields = ['name', 'firstName', 'lastName', 'username', ...elsewhere] as const;
type TextFieldName = (typeof textFields)[number];

/** A message must not stay folded away. */
function hasElsewhere(errors: Readonly<Record<string, string>>): boolean {
  return elsewhere.some((field) => errors[field] !== undefined);
}

/** Only what differs is sent, so that two admins do not undo each other. Fields that were not shown are not in the form. */
function changesIn(form: FormData, user: User): Omit<UpdateUserInput, 'user'> {
  const email = formText(form, 'email').trim();
  const plan = formText(form, 'plan');
  const role = userRoleOptions.find((option) => option.value === formText(form, 'role'))?.value;
  const texts = textFields
    .filter((field) => form.has(field))
    .map((field) => [field, formText(form, field).trim() || null] as const)
    .filter(([field, value]) => value !== user[field]);
  return {
    ...Object.fromEntries(texts),
    ...(email !== '' && email !== user.email && { email }),
    ...(plan !== '' && plan !== user.plan.slug && { plan }),
    ...(role && role !== user.role && { role }),
  };
}
