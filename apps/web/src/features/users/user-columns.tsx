import { Link } from '@tanstack/react-router';
import type { User } from '@apigate/contract';
import { RelativeTime } from '@apigate/ui/relative-time';
import { RowTitle } from '@apigate/ui/row-title';
import type { Column } from '@apigate/ui/table';
import { UserActions } from './user-actions.tsx';
import { UserStatusMark } from './user-status-mark.tsx';
import { userRoleText } from './user-words.ts';

/** What can be seen of each user, beside who it is. */
export const userColumns: readonly Column<User>[] = [
  { id: 'status', header: 'Status', widthPx: 152, cell: (user) => <UserStatusMark user={user} /> },
  { id: 'plan', header: 'Plan', widthPx: 116, cell: (user) => user.plan.name },
  {
    id: 'signedIn',
    header: 'Last sign-in',
    widthPx: 124,
    sorts: { by: 'last_login_at', first: 'desc' },
    cell: (user) => (user.lastLoginAt ? <RelativeTime at={user.lastLoginAt} /> : 'Never'),
  },
  { id: 'role', header: 'Role', widthPx: 100, cell: (user) => userRoleText[user.role] },
  {
    id: 'created',
    header: 'Created',
    widthPx: 124,
    sorts: { by: 'created_at', first: 'desc' },
    cell: (user) => <RelativeTime at={user.createdAt} />,
  },
  {
    id: 'changed',
    header: 'Changed',
    widthPx: 136,
    cell: (user) => <RelativeTime at={user.updatedAt} />,
  },
  {
    id: 'verified',
    header: 'Verified',
    widthPx: 136,
    cell: (user) => (user.emailVerifiedAt ? <RelativeTime at={user.emailVerifiedAt} /> : 'Not yet'),
  },
  {
    id: 'name',
    header: 'Name',
    widthPx: 180,
    sorts: { by: 'name', first: 'asc' },
    cell: (user) => user.name ?? '–',
  },
  { id: 'username', header: 'Username', widthPx: 140, cell: (user) => user.username ?? '–' },
  { id: 'externalId', header: 'External id', widthPx: 140, cell: (user) => user.externalId ?? '–' },
  { id: 'metadata', header: 'Metadata', widthPx: 200, cell: (user) => metadataText(user) },
];

const usualColumns = ['status', 'plan', 'signedIn', 'role', 'created'];
const fieldsOfCard = 3;

/** The columns that an address asks for. @param text their ids, with commas between them */
export function shownColumns(text: string | undefined): string[] {
  if (text === undefined) return usualColumns;
  const asked = text.split(',');
  return userColumns.map(({ id }) => id).filter((id) => asked.includes(id));
}

/** How an address asks for columns; undefined for the usual ones. */
export function columnsText(shown: readonly string[]): string | undefined {
  const text = shown.join(',');
  return text === usualColumns.join(',') ? undefined : text === '' ? 'none' : text;
}

/** The whole table: who it is, the chosen columns, what can be done. */
export function columnsShowing(shown: readonly string[]): readonly Column<User>[] {
  const hasName = shown.includes('name');
  return [
    {
      id: 'user',
      header: 'User',
      phone: 'title',
      sorts: { by: 'email', first: 'asc' },
      cell: (user) => (
        <RowTitle detail={hasName ? undefined : user.name}>
          <Link to="/console/users/$id" params={{ id: user.id }} data-opens-row>
            {user.email}
          </Link>
        </RowTitle>
      ),
    },
    ...userColumns
      .filter(({ id }) => shown.includes(id))
      .map((column, at) => ({ ...column, ...placeOf(at) })),
    {
      id: 'actions',
      header: 'Actions',
      widthPx: 56,
      align: 'end',
      phone: 'actions',
      cell: (user) => <UserActions user={user} look="menu" />,
    },
  ];
}

/** The first columns stay on a narrow page, the others give way. */
function placeOf(at: number): Pick<Column<User>, 'phone' | 'leaves'> {
  if (at < fieldsOfCard) return { phone: 'field' };
  return { phone: 'hidden', leaves: at === fieldsOfCard ? 'below-720' : 'below-960' };
}

function metadataText({ metadata }: User): string {
  const entries = Object.entries(metadata).map(([name, value]) => `${name}=${value}`);
  return entries.length === 0 ? '–' : entries.join(', ');
}
