import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { Panel } from '@apigate/ui/panel';
import { PasswordField } from '@apigate/ui/password-field';
import { showToast } from '@apigate/ui/toasts';
import { fieldErrors } from '../../lib/error-text.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { useMe } from '../../lib/me.ts';
import { NewPasswordField } from '../../lib/new-password-field.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';

export function PasswordPanel() {
  const me = useMe();
  const [round, setRound] = useState(0);
  const change = useMutation(
    trpc.security.changePassword.mutationOptions({
      gcTime: 0,
      onSuccess: async () => {
        showToast({ text: 'Your password is changed, and all other sessions have ended.' });
        setRound(round + 1);
        await queryClient.invalidateQueries(trpc.sessions.pathFilter());
      },
    }),
  );
  const errors = fieldErrors(change.error);
  return (
    <Panel title="Password">
      {/* A new round is an empty form. */}
      <Form
        key={round}
        place="page"
        error={change.error}
        fields={['currentPassword', 'password']}
        onSubmit={(form) =>
          change.mutate({
            currentPassword: formText(form, 'currentPassword'),
            newPassword: formText(form, 'newPassword'),
          })
        }
      >
        <input hidden readOnly name="username" autoComplete="username" value={me.email} />
        <PasswordField
          label="Current password"
          name="currentPassword"
          autoComplete="current-password"
          maxLength={256}
          required
          error={errors['currentPassword']}
        />
        <NewPasswordField
          label="New password"
          name="newPassword"
          known={[me.email, me.name]}
          failure={change.error}
        />
        <Button type="submit" busy={change.isPending}>
          Change password
        </Button>
      </Form>
    </Panel>
  );
}
