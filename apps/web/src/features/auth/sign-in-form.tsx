import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { PasswordField } from '@apigate/ui/password-field';
import { TextField } from '@apigate/ui/text-field';
import { errorCodeOf, fieldErrors } from '../../lib/error-text.ts';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { becomeMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';

export interface Credentials {
  email: string;
  password: string;
}

export interface SignInFormProps {
  onSignedIn: (user: User) => void;
  /** They were right, and a code is wanted as well. */
  onSecondFactor: (credentials: Credentials) => void;
}

export function SignInForm({ onSignedIn, onSecondFactor }: SignInFormProps) {
  const signIn = useMutation(
    trpc.auth.signIn.mutationOptions({
      gcTime: 0,
      onSuccess: ({ user }) => {
        becomeMe(user);
        onSignedIn(user);
      },
      onError: (error, { email, password }) => {
        if (errorCodeOf(error) === 'second_factor_required') onSecondFactor({ email, password });
      },
    }),
  );
  const errors = fieldErrors(signIn.error);

  return (
    <Form
      place="entrance"
      error={signIn.error}
      fields={['email']}
      onSubmit={(form) =>
        signIn.mutate({
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
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        maxLength={256}
        required
      />
      <Button type="submit" kind="primary" busy={signIn.isPending}>
        Sign in
      </Button>
    </Form>
  );
}
