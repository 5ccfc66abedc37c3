import { useMutation } from '@tanstack/react-query';
import type { Key } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { RelativeTime } from '@apigate/ui/relative-time';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { keyText } from './key-text.ts';

export interface RevokeKeyDialogProps {
  apiKey: Key;
  onClose: () => void;
}

export function RevokeKeyDialog({ apiKey, onClose }: RevokeKeyDialogProps) {
  const revoke = useMutation(
    trpc.keys.revoke.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: `${apiKey.name} is revoked.` });
        await queryClient.invalidateQueries(trpc.keys.pathFilter());
      },
    }),
  );
  return (
    <FormDialog
      title={`Revoke ${apiKey.name}?`}
      verb="Revoke key"
      kind="danger"
      mutation={revoke}
      code={() =>
        deedInCode({
          command: `apigate keys revoke ${apiKey.id}`,
          method: 'DELETE',
          path: `/admin/keys/${apiKey.id}`,
          call: 'keys.revoke',
          ref: apiKey.id,
        })
      }
      onSubmit={() => revoke.mutate({ key: apiKey.id })}
      onClose={onClose}
    >
      <p>
        <code>{keyText(apiKey)}</code>,{' '}
        {apiKey.lastUsedAt ? (
          <>
            last used <RelativeTime at={apiKey.lastUsedAt} />
          </>
        ) : (
          'never used'
        )}
        .
      </p>
      <ConsequenceList
        items={[
          {
            kind: 'stops',
            text: 'Every program that uses this key, at once. Requests get 401 key_revoked.',
          },
          { kind: 'kept', text: 'Its usage, in this month’s count and in the history.' },
          {
            kind: 'undo',
            text: 'Not possible. Create another key and put it where this one was.',
          },
        ]}
      />
    </FormDialog>
  );
}
