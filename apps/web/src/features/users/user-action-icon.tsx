import {
  IconBan,
  IconKey,
  IconListDetails,
  IconPencil,
  IconPlayerPlay,
  IconShieldOff,
  IconTrash,
} from '@tabler/icons-react';
import type { UserAction } from './user-action-list.ts';

const icons = {
  edit: IconPencil,
  metadata: IconListDetails,
  suspend: IconBan,
  activate: IconPlayerPlay,
  password: IconKey,
  'second-factor': IconShieldOff,
  delete: IconTrash,
} as const satisfies Record<UserAction, unknown>;

export function UserActionIcon({ action }: { action: UserAction }) {
  const Icon = icons[action];
  return <Icon aria-hidden />;
}
