import { useMutation } from '@tanstack/react-query';
import type { Invite } from '@apigate/contract';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { showToast } from '@apigate/ui/toasts';
import { deedInCode } from '../../lib/deed-in-code.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { shellQuoted } from '../../lib/shell-text.ts';
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
    <FormDialog
      title={`Take back the invitation of ${invite.email}?`}
      verb="Take back"
      kind="danger"
      mutation={revoke}
      code={() =>
        deedInCode({
          command: `apigate invites revoke ${shellQuoted(invite.email)}`,
          method: 'DELETE',
          path: `/admin/invites/${invite.id}`,
          call: 'invites.revoke',
          ref: invite.id,
        })
      }
      onSubmit={() => revoke.mutate({ invite: invite.id })}
      onClose={onClose}
    >
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'The link that was mailed, at once.' },
          { kind: 'undo', text: 'Invite the address again; a new link goes out.' },
        ]}
      />
    </FormDialog>
  );
}
