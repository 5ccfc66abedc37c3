import { useMutation } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { errorCodeOf } from '../../lib/error-text.ts';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { becomeNobody } from '../../lib/me.ts';
import { NewPasswordField } from '../../lib/new-password-field.tsx';
import { trpc } from '../../lib/trpc.ts';

export interface ResetPasswordFormProps {
  token: string;
  onDone: () => void;
  onBadLink: () => void;
}

export function ResetPasswordForm({ token, onDone, onBadLink }: ResetPasswordFormProps) {
  const reset = useMutation(
    trpc.auth.resetPassword.mutationOptions({
      gcTime: 0,
      onSuccess: () => {
        becomeNobody();
        onDone();
      },
      onError: (error) => {
        if (errorCodeOf(error) === 'invalid_link') onBadLink();
      },
    }),
  );
  return (
    <Form
      place="entrance"
      error={reset.error}
      fields={['password']}
      onSubmit={(form) => reset.mutate({ token, password: formText(form, 'password') })}
    >
      <NewPasswordField
        ref={focusOnArrival}
        label="New password"
        name="password"
        known={[]}
        failure={reset.error}
      />
      <Button type="submit" kind="primary" busy={reset.isPending}>
        Set password
      </Button>
    </Form>
  );
}
