import { useState } from 'react';
import { IconBan, IconDots, IconPencil, IconPlayerPlay } from '@tabler/icons-react';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { useMe } from '../../lib/me.ts';
import { mayChangeStatusOf, mayEdit } from '../../lib/permissions.ts';
import { EditUserDialog } from './edit-user-dialog.tsx';
import { SuspendUserDialog } from './suspend-user-dialog.tsx';
import { useActivateUser } from './use-activate-user.ts';

export interface UserActionsProps {
  user: User;
  /** A menu at the end of a row, or buttons at the head of a page. */
  look: 'menu' | 'buttons';
}

/** What the caller may do to a user. */
export function UserActions({ user, look }: UserActionsProps) {
  const me = useMe();
  const activate = useActivateUser();
  const [dialog, setDialog] = useState<'edit' | 'suspend'>();
  const close = (): void => setDialog(undefined);

  const actions = [
    mayEdit(me, user) && {
      label: 'Edit…',
      icon: <IconPencil aria-hidden />,
      act: () => setDialog('edit'),
    },
    mayChangeStatusOf(me, user) &&
      (user.status === 'suspended'
        ? {
            label: 'Activate',
            icon: <IconPlayerPlay aria-hidden />,
            act: () => activate.mutate({ user: user.id }),
          }
        : {
            label: 'Suspend…',
            icon: <IconBan aria-hidden />,
            act: () => setDialog('suspend'),
          }),
  ].filter((action) => action !== false);
  if (actions.length === 0) return null;

  return (
    <>
      {look === 'buttons' ? (
        actions.map(({ label, icon, act }) => (
          <Button key={label} icon={icon} onClick={act}>
            {label}
          </Button>
        ))
      ) : (
        <Menu
          label={`Actions for ${user.email}`}
          trigger={(props) => (
            <IconButton
              label={`Actions for ${user.email}`}
              icon={<IconDots aria-hidden />}
              {...props}
            />
          )}
        >
          {actions.map(({ label, icon, act }) => (
            <MenuItem key={label} icon={icon} onClick={act}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      )}
      {dialog === 'edit' && <EditUserDialog user={user} onClose={close} />}
      {dialog === 'suspend' && <SuspendUserDialog user={user} onClose={close} />}
    </>
  );
}
