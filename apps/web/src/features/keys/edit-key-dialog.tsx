import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { Key } from '@apigate/contract';
import { Skeleton } from '@apigate/ui/skeleton';
import { showToast } from '@apigate/ui/toasts';
import { changesOrName, deedInCode } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { QueryBoundary } from '../../lib/query-boundary.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { keyChangesOf, readKeyForm, type KeyDraft } from './key-draft.ts';
import { KeyFields } from './key-fields.tsx';

export interface EditKeyDialogProps {
  apiKey: Key;
  onClose: () => void;
}

export function EditKeyDialog({ apiKey, onClose }: EditKeyDialogProps) {
  const [sent, setSent] = useState<KeyDraft>();
  const update = useMutation(
    trpc.keys.update.mutationOptions({
      onSuccess: async ({ name }) => {
        onClose();
        showToast({ text: `${name} is saved, and in force within a second.` });
        await queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
    }),
  );

  function submit(form: FormData): void {
    const draft = readKeyForm(form, apiKey, Date.now());
    const changes = keyChangesOf(draft, apiKey);
    setSent(draft);
    if (Object.keys(changes).length === 0) onClose();
    else update.mutate({ key: apiKey.id, ...changes });
  }

  const codeOf = (form: FormData) =>
    deedInCode({
      command: `apigate keys update ${apiKey.id}`,
      method: 'PUT',
      path: `/admin/keys/${apiKey.id}`,
      call: 'keys.update',
      ref: apiKey.id,
      input: changesOrName(keyChangesOf(readKeyForm(form, apiKey, Date.now()), apiKey), apiKey),
    });

  return (
    <FormDialog
      title={`Edit ${apiKey.name}`}
      verb="Save key"
      mutation={update}
      code={codeOf}
      onSubmit={submit}
      onClose={onClose}
    >
      <QueryBoundary pending={<Skeleton heightPx={280} />}>
        <KeyFields start={apiKey} sent={sent} errors={fieldErrors(update.error)} />
      </QueryBoundary>
    </FormDialog>
  );
}
