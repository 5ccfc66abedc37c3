import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { TextField } from '@apigate/ui/text-field';
import { errorCodeOf, fieldErrors } from '../../lib/error-text.ts';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { becomeMe } from '../../lib/me.ts';
import { NewPasswordField } from '../../lib/new-password-field.tsx';
import { trpc } from '../../lib/trpc.ts';

export interface SetupFormProps {
  token: string;
  onSignedIn: (user: User) => void;
  onBadLink: () => void;
}

/** Makes the first admin. */
export function SetupForm({ token, onSignedIn, onBadLink }: SetupFormProps) {
  const [email, setEmail] = useState('');
  const setup = useMutation(
    trpc.setup.complete.mutationOptions({
      gcTime: 0,
      onSuccess: ({ user }) => {
        becomeMe(user);
        onSignedIn(user);
      },
      onError: (error) => {
        if (errorCodeOf(error) === 'invalid_link') onBadLink();
      },
    }),
  );
  const errors = fieldErrors(setup.error);
  return (
    <Form
      place="entrance"
      error={setup.error}
      fields={['email', 'password']}
      onSubmit={(form) =>
        setup.mutate({
          token,
          email: formText(form, 'email'),
          password: formText(form, 'password'),
          cookies: true,
        })
      }
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
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <NewPasswordField label="Password" name="password" known={[email]} failure={setup.error} />
      <Button type="submit" kind="primary" busy={setup.isPending}>
        Create admin
      </Button>
    </Form>
  );
}
