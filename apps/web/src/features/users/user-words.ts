import type { UserRole, UserStatus } from '@apigate/contract';

export const userStatusText = {
  active: 'Active',
  pending: 'Pending',
  suspended: 'Suspended',
} as const satisfies Record<UserStatus, string>;

export const userRoleText = {
  customer: 'Customer',
  moderator: 'Moderator',
  admin: 'Admin',
} as const satisfies Record<UserRole, string>;

export const userStatusOptions = [
  { value: 'active', label: userStatusText.active },
  { value: 'pending', label: userStatusText.pending },
  { value: 'suspended', label: userStatusText.suspended },
] as const satisfies readonly { value: UserStatus; label: string }[];

export const userRoleOptions = [
  { value: 'customer', label: userRoleText.customer },
  { value: 'moderator', label: userRoleText.moderator },
  { value: 'admin', label: userRoleText.admin },
] as const satisfies readonly { value: UserRole; label: string }[];
