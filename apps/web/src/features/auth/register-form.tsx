import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { becomeMe } from '../../lib/me.ts';
import { NewPasswordField } from '../../lib/new-password-field.tsx';
import { trpc } from '../../lib/trpc.ts';

export interface RegisterFormProps {
  onSignedIn: () => void;
  /** The address must be confirmed first; whether it is new here is not told. */
  onMailed: (email: string) => void;
}

export function RegisterForm({ onSignedIn, onMailed }: RegisterFormProps) {
  const [known, setKnown] = useState({ email: '', name: '' });
  const register = useMutation(
    trpc.auth.register.mutationOptions({
      gcTime: 0,
      onSuccess: ({ session }, { email }) => {
        if (session === null) {
          onMailed(email.trim());
        } else {
          becomeMe(session.user);
          onSignedIn();
        }
      },
    }),
  );
  const errors = fieldErrors(register.error);

  return (
    <Form
      place="entrance"
      error={register.error}
      fields={['email', 'name', 'password']}
      onSubmit={(form) => {
        const name = formText(form, 'name').trim();
        register.mutate({
          email: formText(form, 'email'),
          password: formText(form, 'password'),
          ...(name !== '' && { name }),
          cookies: true,
        });
      }}
    >
      <TextField
        ref={focusOnArrival}
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        maxLength={254}
        required
        error={errors['email']}
        onChange={(event) => setKnown({ ...known, email: event.currentTarget.value })}
      />
      <TextField
        label="Name"
        note="optional"
        name="name"
        autoComplete="name"
        maxLength={200}
        error={errors['name']}
        onChange={(event) => setKnown({ ...known, name: event.currentTarget.value })}
      />
      <NewPasswordField
        label="Password"
        name="password"
        known={[known.email, known.name]}
        failure={register.error}
      />
      <Button type="submit" kind="primary" busy={register.isPending}>
        Create account
      </Button>
    </Form>
  );
}
