import { useMutation } from '@tanstack/react-query';
import type { ReferenceSource } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { numberText } from '../../lib/number-text.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

export interface RemoveDocumentDialogProps {
  source: ReferenceSource;
  onClose: () => void;
}

/** Asks before the portal loses its reference. */
export function RemoveDocumentDialog({ source, onClose }: RemoveDocumentDialogProps) {
  const { title, version, operationCount, url } = source;
  const remove = useMutation(
    trpc.reference.remove.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: 'The portal shows no reference any more.' });
        await queryClient.invalidateQueries(trpc.reference.pathFilter());
      },
    }),
  );
  return (
    <FormDialog
      title={`Remove ${title} ${version}?`}
      verb="Remove document"
      kind="danger"
      mutation={remove}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <ConsequenceList
        items={[
          {
            kind: 'stops',
            text: `The reference in the portal, for every customer at once: ${operationCount === 1 ? 'one operation' : `${numberText(operationCount)} operations`}, and trying them there.`,
          },
          { kind: 'kept', text: 'The API itself: its routes, keys and limits stay as they are.' },
          {
            kind: 'undo',
            text:
              url === null
                ? 'Upload the file again. It is not kept here.'
                : `Fetch it again from ${url}.`,
          },
        ]}
      />
    </FormDialog>
  );
}
