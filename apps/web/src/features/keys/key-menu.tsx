import { IconDots } from '@tabler/icons-react';
import type { Key } from '@apigate/contract';
import { IconButton } from '@apigate/ui/icon-button';
import { Menu } from '@apigate/ui/menu';
import { MenuItem } from '@apigate/ui/menu-item';
import { KeyActionIcon } from './key-action-icon.tsx';
import { keyActionText, type KeyAction } from './key-action-list.ts';

export interface KeyMenuProps {
  apiKey: Key;
  actions: readonly KeyAction[];
  onAct: (action: KeyAction) => void;
}

/** What can be done to a key, at the end of its row. */
export function KeyMenu({ apiKey, actions, onAct }: KeyMenuProps) {
  const name = `Actions for ${apiKey.name}`;
  return (
    <Menu
      label={name}
      trigger={(props) => <IconButton label={name} icon={<IconDots aria-hidden />} {...props} />}
    >
      {actions.map((action) => (
        <MenuItem
          key={action}
          icon={<KeyActionIcon action={action} />}
          onClick={() => onAct(action)}
          {...(action === 'revoke' && { kind: 'danger' })}
        >
          {keyActionText[action]}
        </MenuItem>
      ))}
    </Menu>
  );
}
