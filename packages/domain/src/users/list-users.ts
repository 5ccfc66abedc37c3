import type { listUsersInput, Page, Parsed, User as UserView, UserSort } from '@apigate/contract';
import { authorize } from '../access/authorize.ts';
import type { DomainContext } from '../context.ts';
import { pageOf, placeAfter } from '../paging.ts';
import { selectUsers } from './select-users.ts';
import { userConditions } from './user-filter.ts';

interface Order {
  /** What is sorted by, as its index has it. */
  readonly by: string;
  /** The same, of the value in a cursor. */
  readonly value: string;
  readonly valueOf: (user: UserView) => string;
  readonly direction: 'asc' | 'desc';
}

const orders = {
  created_at: {
    by: 'u.created_at',
    value: '?::timestamptz',
    valueOf: (user) => user.createdAt.toISOString(),
    direction: 'desc',
  },
  email: { by: 'u.email', value: '?', valueOf: (user) => user.email, direction: 'asc' },
  last_login_at: {
    by: `coalesce(u.last_login_at, '-infinity')`,
    value: '?::timestamptz',
    valueOf: (user) => user.lastLoginAt?.toISOString() ?? '-infinity',
    direction: 'desc',
  },
  name: {
    by: `lower(coalesce(u.name, ''))`,
    value: 'lower(?)',
    valueOf: (user) => user.name ?? '',
    direction: 'asc',
  },
} as const satisfies Record<UserSort, Order>;

/** Users, newest first unless told. @throws DomainError not_found (plan), bad_request (cursor, filter) */
export async function listUsers(
  ctx: DomainContext,
  input: Parsed<typeof listUsersInput>,
): Promise<Page<UserView>> {
  authorize(ctx.actor, 'users.list');
  const { sort = 'created_at' } = input;
  const { by, value, valueOf, direction: usual }: Order = orders[sort];
  const direction = input.order ?? usual;
  const order = `users.${sort}.${direction}`;
  const after = placeAfter(input.cursor, order);
  const conditions = await userConditions(ctx, input);
  if (after !== undefined) {
    conditions.push([`(${by}, u.id) ${direction === 'asc' ? '>' : '<'} (${value}, ?)`, ...after]);
  }
  const sorted = `${by} ${direction}, u.id ${direction}`;
  const users = await selectUsers(ctx.em, conditions, sorted, input.limit + 1);
  return pageOf(users, input.limit, order, (user) => [valueOf(user), user.id]);
}
