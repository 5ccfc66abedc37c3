import { useMutation } from '@tanstack/react-query';
import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { trpc } from '../../lib/trpc.ts';
import { ProofFields, proofOf } from './proof-fields.tsx';

export interface RemoveSecondFactorDialogProps {
  onClose: () => void;
  onRemoved: () => void;
}

export function RemoveSecondFactorDialog({ onClose, onRemoved }: RemoveSecondFactorDialogProps) {
  const remove = useMutation(
    trpc.security.disableTotp.mutationOptions({ gcTime: 0, onSuccess: onRemoved }),
  );
  return (
    <Dialog title="Remove second factor?" onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          remove.mutate(proofOf(event.currentTarget));
        }}
        actions={
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" kind="danger" busy={remove.isPending}>
              Remove second factor
            </Button>
          </>
        }
      >
        <ConsequenceList
          items={[
            { kind: 'stops', text: 'The code at sign-in, your recovery codes, other sessions.' },
            { kind: 'kept', text: 'Your password, this session, and your keys.' },
            { kind: 'undo', text: 'Set up a second factor again at any time.' },
          ]}
        />
        <ProofFields error={remove.error} />
      </DialogBody>
    </Dialog>
  );
}
