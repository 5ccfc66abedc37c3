import type { SubmitEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { CreatedKey } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { formText } from '../../lib/form-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';

export interface CreateKeyDialogProps {
  onClose: () => void;
  onCreated: (key: CreatedKey) => void;
}

export function CreateKeyDialog({ onClose, onCreated }: CreateKeyDialogProps) {
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

  function submit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    create.mutate({
      name: formText(form, 'name'),
      expiresAt: expiryAfterDays(Number(formText(form, 'days'))),
    });
  }

  return (
    <Dialog title="Create key" onClose={onClose}>
      <DialogBody
        onSubmit={submit}
        actions={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={create.isPending}>
              Create key
            </Button>
          </>
        }
      >
        {create.error && <ProblemReport error={create.error} size="inline" />}
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
      </DialogBody>
    </Dialog>
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
