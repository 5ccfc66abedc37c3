import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import {
  IconBan,
  IconDots,
  IconKey,
  IconPencil,
  IconPlayerPlay,
  IconShieldOff,
  IconTrash,
} from '@tabler/icons-react';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { useMe } from '../../lib/me.ts';
import { mayChangeStatusOf, mayEdit, mayRule } from '../../lib/permissions.ts';
import { DeleteUserDialog } from './delete-user-dialog.tsx';
import { EditUserDialog } from './edit-user-dialog.tsx';
import { ResetSecondFactorDialog } from './reset-second-factor-dialog.tsx';
import { SetPasswordDialog } from './set-password-dialog.tsx';
import { SuspendUserDialog } from './suspend-user-dialog.tsx';
import { useActivateUser } from './use-activate-user.ts';

export interface UserActionsProps {
  user: User;
  /** A menu at the end of a row, or at the head of a page, where what is done most stands before it as buttons. */
  look: 'menu' | 'buttons';
}

interface UserAction {
  label: string;
  icon: React.ReactNode;
  act: () => void;
  kind?: 'danger';
}

/** What the caller may do to a user. */
export function UserActions({ user, look }: UserActionsProps) {
  const me = useMe();
  const navigate = useNavigate();
  const activate = useActivateUser();
  const [dialog, setDialog] = useState<
    'edit' | 'password' | 'second-factor' | 'suspend' | 'delete'
  >();
  const close = (): void => setDialog(undefined);
  const maySuspend = mayChangeStatusOf(me, user) && user.status !== 'suspended';
  const mayActivate = mayChangeStatusOf(me, user) && user.status === 'suspended';

  const often = offered([
    mayEdit(me, user) && {
      label: 'Edit…',
      icon: <IconPencil aria-hidden />,
      act: () => setDialog('edit'),
    },
    maySuspend && {
      label: 'Suspend…',
      icon: <IconBan aria-hidden />,
      act: () => setDialog('suspend'),
    },
    mayActivate && {
      label: 'Activate',
      icon: <IconPlayerPlay aria-hidden />,
      act: () => activate.mutate({ user: user.id }),
    },
  ]);
  const seldom = offered([
    mayRule(me, user) && {
      label: 'Set password…',
      icon: <IconKey aria-hidden />,
      act: () => setDialog('password'),
    },
    mayRule(me, user) && {
      label: 'Take away second factor…',
      icon: <IconShieldOff aria-hidden />,
      act: () => setDialog('second-factor'),
    },
    mayRule(me, user) && {
      label: 'Delete…',
      icon: <IconTrash aria-hidden />,
      act: () => setDialog('delete'),
      kind: 'danger',
    },
  ]);
  const inMenu = look === 'menu' ? [...often, ...seldom] : seldom;

  return (
    <>
      {look === 'buttons' &&
        often.map(({ label, icon, act }) => (
          <Button key={label} icon={icon} onClick={act}>
            {label}
          </Button>
        ))}
      {inMenu.length > 0 && <ActionMenu name={`Actions for ${user.email}`} actions={inMenu} />}
      {dialog === 'edit' && <EditUserDialog user={user} onClose={close} />}
      {dialog === 'password' && <SetPasswordDialog user={user} onClose={close} />}
      {dialog === 'second-factor' && <ResetSecondFactorDialog user={user} onClose={close} />}
      {dialog === 'suspend' && <SuspendUserDialog user={user} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteUserDialog
          user={user}
          onClose={close}
          onDeleted={async () => {
            if (look === 'buttons') await navigate({ to: '/console/users' });
          }}
          onSuspendInstead={maySuspend ? () => setDialog('suspend') : undefined}
        />
      )}
    </>
  );
}

function ActionMenu({ name, actions }: { name: string; actions: readonly UserAction[] }) {
  return (
    <Menu
      label={name}
      trigger={(props) => <IconButton label={name} icon={<IconDots aria-hidden />} {...props} />}
    >
      {actions.map(({ label, icon, act, kind }) => (
        <MenuItem key={label} icon={icon} onClick={act} {...(kind && { kind })}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}

function offered(actions: readonly (UserAction | false)[]): UserAction[] {
  return actions.filter((action) => action !== false);
}
