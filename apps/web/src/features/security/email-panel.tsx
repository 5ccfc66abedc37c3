import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { IconMailForward } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { Notice } from '@apigate/ui/notice';
import { Panel } from '@apigate/ui/panel';
import { PasswordField } from '@apigate/ui/password-field';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { useMe } from '../../lib/me.ts';
import { trpc } from '../../lib/trpc.ts';
import styles from './email-panel.module.css';

export function EmailPanel() {
  const me = useMe();
  const [round, setRound] = useState(0);
  const change = useMutation(
    trpc.security.changeEmail.mutationOptions({
      gcTime: 0,
      onSuccess: () => setRound(round + 1),
    }),
  );
  const errors = fieldErrors(change.error);
  return (
    <Panel title="E-mail address">
      <p className={styles.about}>
        You sign in as <strong>{me.email}</strong>. A change takes effect when both addresses, this
        one and the new one, have confirmed it by the link that we mail to each.
      </p>
      {change.isSuccess && (
        <Notice tone="info" icon={<IconMailForward aria-hidden />}>
          Two mails are on their way, to {me.email} and to {change.variables.newEmail.trim()}.
          Follow the link in both within 24 hours; until then nothing changes.
        </Notice>
      )}
      {/* A new round is an empty form. */}
      <Form
        key={round}
        place="page"
        error={change.error}
        fields={['currentPassword', 'newEmail']}
        onSubmit={(form) =>
          change.mutate({
            newEmail: formText(form, 'newEmail'),
            currentPassword: formText(form, 'currentPassword'),
          })
        }
      >
        <TextField
          label="New address"
          name="newEmail"
          type="email"
          autoComplete="email"
          maxLength={254}
          required
          error={errors['newEmail']}
        />
        <PasswordField
          label="Current password"
          name="currentPassword"
          autoComplete="current-password"
          maxLength={256}
          required
          error={errors['currentPassword']}
        />
        <Button type="submit" busy={change.isPending}>
          Change address
        </Button>
      </Form>
    </Panel>
  );
}
