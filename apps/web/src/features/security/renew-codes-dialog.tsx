import { useMutation } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { trpc } from '../../lib/trpc.ts';
import { ProofFields, proofOf } from './proof-fields.tsx';

export interface RenewCodesDialogProps {
  onClose: () => void;
  onRenewed: (recoveryCodes: readonly string[]) => void;
}

export function RenewCodesDialog({ onClose, onRenewed }: RenewCodesDialogProps) {
  const renew = useMutation(
    trpc.security.renewRecoveryCodes.mutationOptions({
      gcTime: 0,
      onSuccess: ({ recoveryCodes }) => onRenewed(recoveryCodes),
    }),
  );
  return (
    <Dialog title="Make new recovery codes" onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          renew.mutate(proofOf(event.currentTarget));
        }}
        actions={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="primary" busy={renew.isPending}>
              Make new codes
            </Button>
          </>
        }
      >
        <p>You get ten new ones; those that you have stop working.</p>
        <ProofFields error={renew.error} />
      </DialogBody>
    </Dialog>
  );
}
