import { useMutation } from '@tanstack/react-query';
import type { Invite } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { showToast } from '@apigate/ui/toasts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { queryClient, trpc } from '../../lib/trpc.ts';

export interface RevokeInviteDialogProps {
  invite: Invite;
  onClose: () => void;
}

export function RevokeInviteDialog({ invite, onClose }: RevokeInviteDialogProps) {
  const revoke = useMutation(
    trpc.invites.revoke.mutationOptions({
      onSuccess: async () => {
        onClose();
        showToast({ text: `The invitation of ${invite.email} is taken back.` });
        await queryClient.invalidateQueries(trpc.invites.pathFilter());
      },
    }),
  );
  return (
    <Dialog title={`Take back the invitation of ${invite.email}?`} onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          revoke.mutate({ invite: invite.id });
        }}
        actions={
          <>
            <Button onClick={onClose} data-first-focus>
              Cancel
            </Button>
            <Button type="submit" kind="danger" busy={revoke.isPending}>
              Take back
            </Button>
          </>
        }
      >
        {revoke.error && <ProblemReport error={revoke.error} size="inline" />}
        <ConsequenceList
          items={[
            { kind: 'stops', text: 'The link that was mailed, at once.' },
            { kind: 'undo', text: 'Invite the address again; a new link goes out.' },
          ]}
        />
      </DialogBody>
    </Dialog>
  );
}
