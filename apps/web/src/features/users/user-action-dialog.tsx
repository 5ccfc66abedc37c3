import type { User } from '@apigate/contract';
import { useMe } from '../../lib/me.ts';
import { DeleteUserDialog } from './delete-user-dialog.tsx';
import { EditMetadataDialog } from './edit-metadata-dialog.tsx';
import { EditUserDialog } from './edit-user-dialog.tsx';
import { ResetSecondFactorDialog } from './reset-second-factor-dialog.tsx';
import { SetPasswordDialog } from './set-password-dialog.tsx';
import { SuspendUserDialog } from './suspend-user-dialog.tsx';
import { type UserAction, userActionsOf } from './user-action-list.ts';

export interface UserActionDialogProps {
  user: User;
  action: Exclude<UserAction, 'activate'>;
  onClose: () => void;
  /** Another action is taken instead. */
  onInstead: (action: 'suspend') => void;
  onDeleted: () => Promise<void>;
}

/** Asks what an action on a user needs to know, and takes it. */
export function UserActionDialog({
  user,
  action,
  onClose,
  onInstead,
  onDeleted,
}: UserActionDialogProps) {
  const me = useMe();
  switch (action) {
    case 'edit':
      return <EditUserDialog user={user} onClose={onClose} />;
    case 'metadata':
      return <EditMetadataDialog user={user} onClose={onClose} />;
    case 'suspend':
      return <SuspendUserDialog user={user} onClose={onClose} />;
    case 'password':
      return <SetPasswordDialog user={user} onClose={onClose} />;
    case 'second-factor':
      return <ResetSecondFactorDialog user={user} onClose={onClose} />;
    case 'delete':
      return (
        <DeleteUserDialog
          user={user}
          onClose={onClose}
          onDeleted={onDeleted}
          onSuspendInstead={
            userActionsOf(me, user).includes('suspend') ? () => onInstead('suspend') : undefined
          }
        />
      );
  }
}
