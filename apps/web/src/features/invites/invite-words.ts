import type { Invite } from '@apigate/contract';

export const inviteRoleText = {
  moderator: 'Moderator',
  admin: 'Admin',
} as const satisfies Record<Invite['role'], string>;

export const inviteRoleOptions = [
  { value: 'moderator', label: inviteRoleText.moderator },
  { value: 'admin', label: inviteRoleText.admin },
] as const satisfies readonly { value: Invite['role']; label: string }[];
