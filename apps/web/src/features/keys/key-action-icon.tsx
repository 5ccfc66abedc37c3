import {
  IconBan,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
} from '@tabler/icons-react';
import type { KeyAction } from './key-action-list.ts';

const icons = {
  edit: IconPencil,
  rotate: IconRefresh,
  disable: IconPlayerPause,
  enable: IconPlayerPlay,
  revoke: IconBan,
} as const satisfies Record<KeyAction, unknown>;

export function KeyActionIcon({ action }: { action: KeyAction }) {
  const Icon = icons[action];
  return <Icon aria-hidden />;
}
