import { useMutation } from '@tanstack/react-query';
import type { CreatedKey } from '@apigate/contract';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

export interface CreateKeyDialogProps {
  /** Whose key it will be; left out, one's own. */
  owner?: { id: string; email: string };
  onClose: () => void;
  onCreated: (key: CreatedKey) => void;
}

export function CreateKeyDialog({ owner, onClose, onCreated }: CreateKeyDialogProps) {
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      // The answer holds the secret: it is handed on and kept nowhere else.
      gcTime: 0,
      onSuccess: async (key) => {
        onCreated(key);
        await queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
    }),
  );
  const errors = fieldErrors(create.error);

  function submit(form: FormData): void {
    create.mutate({
      ...(owner && { user: owner.id }),
      name: formText(form, 'name'),
      expiresAt: expiryAfterDays(Number(formText(form, 'days'))),
    });
  }

  return (
    <FormDialog
      title={owner ? `Create a key for ${owner.email}` : 'Create key'}
      verb="Create key"
      mutation={create}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name"
        name="name"
        autoComplete="off"
        maxLength={100}
        required
        data-first-focus
        placeholder="Backend, production"
        hint="Where the key will be used, so that you know later which one to revoke."
        error={errors['name']}
      />
      <SelectField
        label="Expires"
        name="days"
        defaultValue="0"
        options={lifetimes}
        hint="A key that ends by itself does less harm when it leaks."
        error={errors['expiresAt']}
      />
    </FormDialog>
  );
}

const lifetimes = [
  { value: '0', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
] as const;

/** @param days 0 is never */
function expiryAfterDays(days: number): Date | null {
  return days === 0 ? null : new Date(Date.now() + days * 24 * 3_600_000);
}
