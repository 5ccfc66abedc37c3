import type { CreatedKey, Key } from '@apigate/contract';
import { EditKeyDialog } from './edit-key-dialog.tsx';
import type { KeyAction } from './key-action-list.ts';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';

export interface KeyActionDialogProps {
  apiKey: Key;
  action: Exclude<KeyAction, 'disable' | 'enable'>;
  onClose: () => void;
  /** Takes the successor of the key, whose secret is shown this once. */
  onRotated: (successor: CreatedKey) => void;
}

/** The dialog by which something is done to a key. */
export function KeyActionDialog({ apiKey, action, onClose, onRotated }: KeyActionDialogProps) {
  switch (action) {
    case 'edit':
      return <EditKeyDialog apiKey={apiKey} onClose={onClose} />;
    case 'rotate':
      return <RotateKeyDialog apiKey={apiKey} onClose={onClose} onRotated={onRotated} />;
    case 'revoke':
      return <RevokeKeyDialog apiKey={apiKey} onClose={onClose} />;
  }
}
