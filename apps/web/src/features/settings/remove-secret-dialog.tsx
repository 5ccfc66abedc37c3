import { ConsequenceList } from '@apigate/ui/consequence-list';
import { FormDialog, type FormDialogProps } from '../../lib/form-dialog.tsx';

export interface RemoveSecretDialogProps {
  /** Of the setting. */
  name: string;
  removal: FormDialogProps['mutation'];
  onRemove: () => void;
  onClose: () => void;
}

/** Asks before a secret is forgotten, which no undo brings back. */
export function RemoveSecretDialog({ name, removal, onRemove, onClose }: RemoveSecretDialogProps) {
  return (
    <FormDialog
      title={`Remove ${name}?`}
      verb="Remove setting"
      kind="danger"
      mutation={removal}
      onSubmit={onRemove}
      onClose={onClose}
    >
      <ConsequenceList
        items={[
          { kind: 'stops', text: 'What needs it, at once.' },
          { kind: 'undo', text: 'Set it again. What it was is shown nowhere.' },
        ]}
      />
    </FormDialog>
  );
}
