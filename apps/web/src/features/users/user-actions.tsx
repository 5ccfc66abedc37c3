import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { IconDots } from '@tabler/icons-react';
import type { User } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { useMe } from '../../lib/me.ts';
import { useActivateUser } from './use-activate-user.ts';
import { UserActionDialog } from './user-action-dialog.tsx';
import { UserActionIcon } from './user-action-icon.tsx';
import { type UserAction, userActionsOf, userActionText } from './user-action-list.ts';

export interface UserActionsProps {
  user: User;
  /** A menu at the end of a row, or at the head of a page, where what is done most stands before it as buttons. */
  look: 'menu' | 'buttons';
}

const often: readonly UserAction[] = ['edit', 'suspend', 'activate'];

/** What the caller may do to a user. */
export function UserActions({ user, look }: UserActionsProps) {
  const me = useMe();
  const navigate = useNavigate();
  const activate = useActivateUser();
  const [dialog, setDialog] = useState<Exclude<UserAction, 'activate'>>();
  // On the page of a user the metadata have a place of their own.
  const offered = userActionsOf(me, user).filter((action) => action !== 'metadata');
  const buttons = look === 'buttons' ? offered.filter((action) => often.includes(action)) : [];
  const inMenu = offered.filter((action) => !buttons.includes(action));
  const name = `Actions for ${user.email}`;

  function act(action: UserAction): void {
    if (action === 'activate') activate.mutate({ user: user.id });
    else setDialog(action);
  }

  return (
    <>
      {buttons.map((action) => (
        <Button key={action} icon={<UserActionIcon action={action} />} onClick={() => act(action)}>
          {userActionText[action]}
        </Button>
      ))}
      {inMenu.length > 0 && (
        <Menu
          label={name}
          trigger={(props) => (
            <IconButton label={name} icon={<IconDots aria-hidden />} {...props} />
          )}
        >
          {inMenu.map((action) => (
            <MenuItem
              key={action}
              icon={<UserActionIcon action={action} />}
              onClick={() => act(action)}
              {...(action === 'delete' && { kind: 'danger' })}
            >
              {userActionText[action]}
            </MenuItem>
          ))}
        </Menu>
      )}
      {dialog !== undefined && (
        <UserActionDialog
          user={user}
          action={dialog}
          onClose={() => setDialog(undefined)}
          onInstead={setDialog}
          onDeleted={async () => {
            if (look === 'buttons') await navigate({ to: '/console/users' });
          }}
        />
      )}
    </>
  );
}
