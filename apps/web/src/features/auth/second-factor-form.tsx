import { useMutation } from '@tanstack/react-query';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodeField } from '../../lib/code-field.tsx';
import { errorCodeOf, fieldErrors } from '../../lib/error-text.ts';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { becomeMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import type { Credentials } from './sign-in-form.tsx';

export interface SecondFactorFormProps {
  credentials: Credentials;
  onSignedIn: (user: User) => void;
  onBack: () => void;
}

/** The second step of signing in, for those who asked for one. */
export function SecondFactorForm({ credentials, onSignedIn, onBack }: SecondFactorFormProps) {
  const signIn = useMutation(
    trpc.auth.signIn.mutationOptions({
      gcTime: 0,
      onSuccess: ({ user }) => {
        becomeMe(user);
        onSignedIn(user);
      },
    }),
  );
  // The password was right a moment ago, so it is the code.
  const isWrongCode = errorCodeOf(signIn.error) === 'invalid_credentials';
  const error = isWrongCode
    ? 'This code is wrong, or was used before.'
    : fieldErrors(signIn.error)['code'];

  return (
    <Form
      place="entrance"
      error={isWrongCode ? null : signIn.error}
      fields={['code']}
      onSubmit={(form, element) =>
        signIn.mutate(
          { ...credentials, code: formText(form, 'code'), cookies: true },
          { onError: () => element.querySelector<HTMLInputElement>('[name="code"]')?.select() },
        )
      }
    >
      <CodeField ref={focusOnArrival} error={error} />
      <Button type="submit" kind="primary" busy={signIn.isPending}>
        Sign in
      </Button>
      <Button kind="quiet" onClick={onBack}>
        Use another account
      </Button>
    </Form>
  );
}
