import { Button } from '@apigate/ui/button';
import { ConsequenceList } from '@apigate/ui/consequence-list';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';

export interface RequireSecondFactorDialogProps {
  onClose: () => void;
  onAgreed: () => void;
}

/** Asks before admins, the one who asks among them, are held to a second factor. */
export function RequireSecondFactorDialog({ onClose, onAgreed }: RequireSecondFactorDialogProps) {
  return (
    <Dialog title="Require a second factor of admins?" onClose={onClose}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          onAgreed();
        }}
        actions={
          <>
            <Button onClick={onClose} data-first-focus>
              Cancel
            </Button>
            <Button type="submit" kind="primary">
              Require it
            </Button>
          </>
        }
      >
        <ConsequenceList
          items={[
            {
              kind: 'stops',
              text: 'Every admin without one, you included, can do nothing but set it up.',
            },
            { kind: 'kept', text: 'Moderators, customers and service keys go on as before.' },
            {
              kind: 'undo',
              text: 'Switch it off again, once you have a second factor yourself.',
            },
          ]}
        />
      </DialogBody>
    </Dialog>
  );
}
