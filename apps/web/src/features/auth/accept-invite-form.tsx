import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { InviteOffer, User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { focusOnArrival } from '../../lib/focus-on-arrival.ts';
import { Form } from '../../lib/form.tsx';
import { formText } from '../../lib/form-text.ts';
import { becomeMe } from '../../lib/me.ts';
import { NewPasswordField } from '../../lib/new-password-field.tsx';
import { trpc } from '../../lib/trpc.ts';

export interface AcceptInviteFormProps {
  token: string;
  offer: InviteOffer;
  onSignedIn: (user: User) => void;
}

export function AcceptInviteForm({ token, offer, onSignedIn }: AcceptInviteFormProps) {
  const [name, setName] = useState('');
  const accept = useMutation(
    trpc.invites.accept.mutationOptions({
      gcTime: 0,
      onSuccess: ({ user }) => {
        becomeMe(user);
        onSignedIn(user);
      },
    }),
  );
  const errors = fieldErrors(accept.error);
  return (
    <Form
      place="entrance"
      error={accept.error}
      fields={['name', 'password']}
      onSubmit={(form) =>
        accept.mutate({
          token,
          password: formText(form, 'password'),
          ...(name.trim() !== '' && { name: name.trim() }),
          cookies: true,
        })
      }
    >
      {/* For the password manager: the password belongs to this address. */}
      <TextField
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        readOnly
        value={offer.email}
      />
      <TextField
        ref={focusOnArrival}
        label="Name"
        note="optional"
        name="name"
        autoComplete="name"
        maxLength={200}
        error={errors['name']}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NewPasswordField
        label="Password"
        name="password"
        known={[offer.email, name]}
        failure={accept.error}
      />
      <Button type="submit" kind="primary" busy={accept.isPending}>
        Accept invitation
      </Button>
    </Form>
  );
}
