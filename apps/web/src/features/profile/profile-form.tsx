import { useMutation } from '@tanstack/react-query';
import type { UpdateUserInput, User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { fieldErrors } from '../../lib/error-text.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { forgetMe } from '../../lib/me.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

/** What people may change of their own account by themselves. */
export function ProfileForm({ me }: { me: User }) {
  const update = useMutation(
    trpc.users.update.mutationOptions({
      onSuccess: async () => {
        showToast({ text: 'Your profile is saved.' });
        await Promise.all([forgetMe(), queryClient.invalidateQueries(trpc.users.pathFilter())]);
      },
    }),
  );
  const errors = fieldErrors(update.error);
  return (
    <Form
      place="page"
      error={update.error}
      fields={fields}
      onSubmit={(form) => update.mutate({ user: me.id, ...changesIn(form, me) })}
    >
      <TextField
        label="Name"
        note="optional"
        name="name"
        autoComplete="name"
        maxLength={200}
        defaultValue={me.name ?? ''}
        hint="A person or a company."
        error={errors['name']}
      />
      {/* Made anew when saved, because the server writes it in lower case. */}
      <TextField
        key={me.username}
        label="Username"
        note="optional"
        name="username"
        autoComplete="nickname"
        autoCapitalize="none"
        spellCheck={false}
        minLength={2}
        maxLength={64}
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
        title="Letters, digits, dot, dash and underscore"
        defaultValue={me.username ?? ''}
        hint="Letters, digits, dot, dash and underscore; kept in lower case."
        error={errors['username']}
      />
      <TextField
        label="First name"
        note="optional"
        name="firstName"
        autoComplete="given-name"
        maxLength={100}
        defaultValue={me.firstName ?? ''}
        error={errors['firstName']}
      />
      <TextField
        label="Last name"
        note="optional"
        name="lastName"
        autoComplete="family-name"
        maxLength={100}
        defaultValue={me.lastName ?? ''}
        error={errors['lastName']}
      />
      <Button type="submit" kind="primary" busy={update.isPending}>
        Save profile
      </Button>
    </Form>
  );
}

const fields = ['name', 'username', 'firstName', 'lastName'] as const;

/** Only what differs is sent, so that a change made elsewhere meanwhile is not undone. */
function changesIn(form: FormData, me: User): Omit<UpdateUserInput, 'user'> {
  return Object.fromEntries(
    fields
      .map((field) => [field, formText(form, field).trim() || null] as const)
      .filter(([field, value]) => value !== me[field]),
  );
}
