import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { CreatedKey } from '@apigate/contract';
import { Skeleton } from '@apigate/ui/skeleton';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { keyChangesOf, newKey, readKeyForm, type KeyDraft } from './key-draft.ts';
import { KeyFields } from './key-fields.tsx';

export interface CreateKeyDialogProps {
  /** Whose key; left out, the caller's own. */
  owner?: { id: string; email: string };
  onClose: () => void;
  onCreated: (key: CreatedKey) => void;
}

export function CreateKeyDialog({ owner, onClose, onCreated }: CreateKeyDialogProps) {
  const [sent, setSent] = useState<KeyDraft>();
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      // The answer holds the secret: it is handed on and kept nowhere else.
      gcTime: 0,
      onSuccess: async (key) => {
        onClose();
        onCreated(key);
        await queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
    }),
  );

  function submit(form: FormData): void {
    const draft = readKeyForm(form, newKey, Date.now());
    setSent(draft);
    create.mutate({ ...draft, ...(owner && { user: owner.id }) });
  }

  const codeOf = (form: FormData) => {
    const draft = readKeyForm(form, newKey, Date.now());
    return deedInCode({
      command: 'apigate keys create',
      path: '/admin/keys',
      call: 'keys.create',
      input: { user: owner?.email, name: draft.name, ...keyChangesOf(draft, newKey) },
    });
  };

  return (
    <FormDialog
      title={owner ? `Create a key for ${owner.email}` : 'Create key'}
      verb="Create key"
      mutation={create}
      code={codeOf}
      onSubmit={submit}
      onClose={onClose}
    >
      <QueryBoundary pending={<Skeleton heightPx={280} />}>
        <KeyFields start={newKey} sent={sent} errors={fieldErrors(create.error)} />
      </QueryBoundary>
    </FormDialog>
  );
}
