import { useState } from 'react';
import { useRouter } from '@tanstack/react-router';
import {
  IconArrowsExchange,
  IconBan,
  IconHistory,
  IconKey,
  IconMailCheck,
  IconRefresh,
  IconRoute,
  IconServer,
  IconTag,
  IconUserPlus,
} from '@tabler/icons-react';
import type { Key, User, UserStatus } from '@apigate/contract';
import { InviteDialog } from '../../features/invites/invite-dialog.tsx';
import { RevokeKeyDialog } from '../../features/keys/revoke-key-dialog.tsx';
import type { PaletteAction, PaletteVerb } from '../../features/search/palette-action.ts';
import { SearchPalette } from '../../features/search/search-palette.tsx';
import { CreateUserDialog } from '../../features/users/create-user-dialog.tsx';
import { useActivateUser } from '../../features/users/use-activate-user.ts';
import { useVerifyUser } from '../../features/users/use-verify-user.ts';
import { UserActionDialog } from '../../features/users/user-action-dialog.tsx';
import { UserActionIcon } from '../../features/users/user-action-icon.tsx';
import { type UserAction, userActionsOf } from '../../features/users/user-action-list.ts';
import { useMe } from '../../lib/me.ts';
import type { HostedPaletteProps } from '../../lib/palette-host.tsx';
import {
  mayChangeStatusOf,
  mayCreateUsers,
  mayRevokeKeysOf,
  mayRotateKeysOf,
  mayRunInstallation,
} from '../../lib/permissions.ts';
import type { Recent } from '../../lib/recent.ts';
import { toastProblem } from '../../lib/toast-problem.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { useAccountActions } from '../account-actions.tsx';

/** What was chosen in the palette and asks for more. */
type Deed =
  | { kind: 'user'; action: Exclude<UserAction, 'activate'>; user: User }
  | { kind: 'revoke'; apiKey: Key }
  | { kind: 'create-user' }
  | { kind: 'invite' };

/** The palette of the console: what it finds, and what can be done about it. */
export function ConsolePalette({ isOpen, onClose }: HostedPaletteProps) {
  const [deed, setDeed] = useState<Deed>();
  const router = useRouter();
  const go = (href: string): void => void router.navigate({ href });
  const close = (): void => setDeed(undefined);
  const verbs = [...useUserVerbs(setDeed, go), ...useKeyVerbs(setDeed, go)];
  const actions = useActions(setDeed, go);

  return (
    <>
      {isOpen && (
        <SearchPalette actions={actions} verbs={verbs} hrefOf={hrefOf} onClose={onClose} />
      )}
      {deed?.kind === 'user' && (
        <UserActionDialog
          user={deed.user}
          action={deed.action}
          onClose={close}
          onInstead={(action) => setDeed({ ...deed, action })}
          onDeleted={async () => {
            if (router.state.location.pathname.includes(deed.user.id)) go('/console/users');
          }}
        />
      )}
      {deed?.kind === 'revoke' && <RevokeKeyDialog apiKey={deed.apiKey} onClose={close} />}
      {deed?.kind === 'create-user' && (
        <CreateUserDialog
          onClose={close}
          onCreated={(user) => {
            close();
            go(`/console/users/${user.id}`);
          }}
        />
      )}
      {deed?.kind === 'invite' && <InviteDialog onClose={close} />}
    </>
  );
}

function hrefOf({ kind, id, title }: Recent): string {
  switch (kind) {
    case 'user':
      return `/console/users/${id}`;
    case 'key':
      return `/console/keys/${id}`;
    case 'request':
      return `/console/requests/${id}`;
    case 'setting':
      return `/console/settings#${id}`;
    case 'invite':
      return `/console/invites?q=${encodeURIComponent(title)}`;
    case 'mail':
      return `/console/mails?mail=${id}`;
    case 'event':
      return `/console/audit?event=${id}`;
    case 'plan':
      return `/console/plans/${id}`;
    case 'route':
      return `/console/routes?route=${id}`;
    case 'upstream':
      return `/console/routes?upstream=${id}`;
  }
}

const userVerbs = [
  { action: 'suspend', phrase: 'suspend', label: 'Suspend a user…', ofThis: 'Suspend' },
  { action: 'activate', phrase: 'activate', label: 'Activate a user…', ofThis: 'Activate' },
  { action: 'edit', phrase: 'change plan', label: 'Change a plan…', ofThis: 'Change plan of' },
  { action: 'edit', phrase: 'edit', label: 'Edit a user…', ofThis: 'Edit' },
  {
    action: 'metadata',
    phrase: 'edit metadata',
    label: 'Edit the metadata of a user…',
    ofThis: 'Edit metadata of',
  },
  {
    action: 'password',
    phrase: 'set password',
    label: 'Set a password…',
    ofThis: 'Set password of',
  },
  {
    action: 'second-factor',
    phrase: 'take away second factor',
    label: 'Take away a second factor…',
    ofThis: 'Take away second factor of',
  },
  { action: 'delete', phrase: 'delete', label: 'Delete a user…', ofThis: 'Delete' },
] as const satisfies readonly {
  action: UserAction;
  phrase: string;
  label: string;
  ofThis: string;
}[];

const statuses: readonly UserStatus[] = ['active', 'pending', 'suspended'];

function useUserVerbs(
  onDeed: (deed: Deed) => void,
  go: (href: string) => void,
): readonly PaletteVerb[] {
  const me = useMe();
  const activate = useActivateUser();
  const verify = useVerifyUser();
  const deeds = userVerbs
    .filter(({ phrase }) => phrase !== 'change plan' || mayCreateUsers(me))
    .map(({ action, phrase, label, ofThis }): PaletteVerb => ({
      phrase,
      label,
      icon: <UserActionIcon action={action} />,
      labelOf: ({ kind, user, title, status: told }) => {
        const status = statuses.find((each) => each === told);
        if (kind !== 'user' || user === null || status === undefined) return undefined;
        if (!userActionsOf(me, { ...user, status }).includes(action)) return undefined;
        return `${ofThis} ${title}${action === 'activate' ? '' : '…'}`;
      },
      run: ({ id }) => {
        if (action === 'activate') activate.mutate({ user: id });
        else {
          queryClient
            .fetchQuery(trpc.users.get.queryOptions({ user: id }, { staleTime: 0 }))
            .then((user) => onDeed({ kind: 'user', action, user }), toastProblem);
        }
      },
    }));
  const verbs: readonly PaletteVerb[] = [
    ...deeds,
    {
      phrase: 'verify',
      label: 'Mark a user as verified…',
      icon: <IconMailCheck aria-hidden />,
      labelOf: ({ kind, user, title }) =>
        kind === 'user' && user !== null && mayChangeStatusOf(me, user)
          ? `Mark ${title} as verified`
          : undefined,
      run: ({ id }) => verify.mutate({ user: id }),
    },
  ];
  if (!mayRunInstallation(me)) return verbs;
  return [
    ...verbs,
    {
      phrase: 'new key for',
      label: 'New key for a user…',
      icon: <IconKey aria-hidden />,
      labelOf: ({ kind, title }) => (kind === 'user' ? `New key for ${title}…` : undefined),
      // The secret is shown beside the other keys.
      run: ({ id }) => go(`/console/users/${id}?tab=keys&new=key`),
    },
    {
      phrase: 'audit of',
      label: 'Audit of a user…',
      icon: <IconHistory aria-hidden />,
      labelOf: ({ kind, title }) => (kind === 'user' ? `Audit of ${title}` : undefined),
      run: ({ id }) => go(`/console/audit?user=${id}`),
    },
  ];
}

function useKeyVerbs(
  onDeed: (deed: Deed) => void,
  go: (href: string) => void,
): readonly PaletteVerb[] {
  const me = useMe();
  return [
    {
      phrase: 'revoke',
      label: 'Revoke a key…',
      icon: <IconBan aria-hidden />,
      labelOf: ({ kind, user, title, detail, status }) =>
        kind === 'key' &&
        user !== null &&
        status !== 'revoked' &&
        status !== 'replaced' &&
        mayRevokeKeysOf(me, user)
          ? `Revoke ${title} ${detail}…`
          : undefined,
      run: ({ id }) => {
        queryClient
          .fetchQuery(trpc.keys.get.queryOptions({ key: id }, { staleTime: 0 }))
          .then((apiKey) => onDeed({ kind: 'revoke', apiKey }), toastProblem);
      },
    },
    {
      phrase: 'rotate',
      label: 'Rotate a key…',
      icon: <IconRefresh aria-hidden />,
      labelOf: ({ kind, user, title, detail, status }) =>
        kind === 'key' &&
        user !== null &&
        (status === 'live' || status === 'disabled') &&
        mayRotateKeysOf(me, user)
          ? `Rotate ${title} ${detail}…`
          : undefined,
      // The new secret is shown on the page of the key.
      run: ({ id }) => go(`/console/keys/${id}?do=rotate`),
    },
  ];
}

function useActions(
  onDeed: (deed: Deed) => void,
  go: (href: string) => void,
): readonly PaletteAction[] {
  const me = useMe();
  const account = useAccountActions();
  const admins: readonly PaletteAction[] = [
    {
      label: 'Add user…',
      words: 'create new customer',
      icon: <IconUserPlus aria-hidden />,
      run: () => onDeed({ kind: 'create-user' }),
    },
    {
      label: 'Invite a moderator or an admin…',
      words: 'new staff create invite',
      icon: <IconUserPlus aria-hidden />,
      run: () => onDeed({ kind: 'invite' }),
    },
    {
      label: 'New plan…',
      words: 'create add price limit quota',
      icon: <IconTag aria-hidden />,
      run: () => go('/console/plans/new'),
    },
    {
      label: 'New route…',
      words: 'create add path',
      icon: <IconRoute aria-hidden />,
      run: () => go('/console/routes?route=new'),
    },
    {
      label: 'New upstream…',
      words: 'create add api backend',
      icon: <IconServer aria-hidden />,
      run: () => go('/console/routes?upstream=new'),
    },
  ];
  return [
    ...(mayCreateUsers(me) ? admins : []),
    {
      label: 'Open portal',
      icon: <IconArrowsExchange aria-hidden />,
      run: () => go('/portal'),
    },
    ...account,
  ];
}
