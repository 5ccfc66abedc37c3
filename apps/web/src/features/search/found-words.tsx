import {
  IconArrowsSplit2,
  IconBuildingBroadcastTower,
  IconCreditCard,
  IconHistory,
  IconKey,
  IconMail,
  IconSend,
  IconSettings,
  IconUser,
  IconUserPlus,
} from '@tabler/icons-react';
import type { FoundKind } from '@apigate/contract';

/** What stands above the things of a kind. */
export const foundText = {
  user: 'Users',
  key: 'Keys',
  plan: 'Plans',
  route: 'Routes',
  upstream: 'Upstreams',
  setting: 'Settings',
  invite: 'Invites',
  mail: 'Mails',
  request: 'Requests',
  event: 'Audit',
} as const satisfies Record<FoundKind, string>;

const icons = {
  user: IconUser,
  key: IconKey,
  plan: IconCreditCard,
  route: IconArrowsSplit2,
  upstream: IconBuildingBroadcastTower,
  setting: IconSettings,
  invite: IconUserPlus,
  mail: IconMail,
  request: IconSend,
  event: IconHistory,
} as const satisfies Record<FoundKind, unknown>;

export function FoundIcon({ kind }: { kind: FoundKind }) {
  const Icon = icons[kind];
  return <Icon aria-hidden />;
}
