import type { ListUsersInput, UserRole, UserStatus } from '@apigate/contract';

/** The filters of the users list, as they stand in its address. */
export type UsersSearch = Pick<ListUsersInput, 'q' | 'status' | 'role' | 'plan'>;

const statuses: readonly string[] = [
  'active',
  'pending',
  'suspended',
] satisfies readonly UserStatus[];
const roles: readonly string[] = ['customer', 'moderator', 'admin'] satisfies readonly UserRole[];

/** Takes from an address what it understands and drops the rest. */
export function readUsersSearch(search: Readonly<Record<string, unknown>>): UsersSearch {
  const { q, status, role, plan } = search;
  return {
    ...(isText(q) && { q: String(q) }),
    ...(isStatus(status) && { status }),
    ...(isRole(role) && { role }),
    ...(isText(plan) && { plan: String(plan) }),
  };
}

/** Numbers count: the router reads `?q=42` as one. */
function isText(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
}

function isStatus(value: unknown): value is UserStatus {
  return typeof value === 'string' && statuses.includes(value);
}

function isRole(value: unknown): value is UserRole {
  return typeof value === 'string' && roles.includes(value);
}
