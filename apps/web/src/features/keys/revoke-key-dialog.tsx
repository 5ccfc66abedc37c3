import { useMutation } from '@tanstack/react-query';
import type { Key } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { RelativeTime } from '@apigate/ui/relative-time';
import { showToast } from '@apigate/ui/toasts';
import { ProblemReport } from '../../lib/problem-report.tsx';
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
    <Dialog title={`Revoke ${apiKey.name}?`} onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          revoke.mutate({ key: apiKey.id });
        }}
        actions={
          <>
            <Button onClick={onClose} data-first-focus>
              Cancel
            </Button>
            <Button type="submit" kind="danger" busy={revoke.isPending}>
              Revoke key
            </Button>
          </>
        }
      >
        {revoke.error && <ProblemReport error={revoke.error} size="inline" />}
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
      </DialogBody>
    </Dialog>
  );
}
