import type { Key, User } from '@apigate/contract';
import { mayRevokeKeysOf, mayRotateKeysOf } from '../../lib/permissions.ts';
import { isEnded } from './key-words.ts';

/** What can be done to a key; all but `disable` and `enable` by a dialog. */
export type KeyAction = 'edit' | 'rotate' | 'disable' | 'enable' | 'revoke';

export const keyActionText = {
  edit: 'Edit…',
  rotate: 'Rotate…',
  disable: 'Disable',
  enable: 'Enable',
  revoke: 'Revoke…',
} as const satisfies Record<KeyAction, string>;

/** What `me` may do to a key, the usual first. */
export function keyActionsOf(me: User, key: Key): readonly KeyAction[] {
  const { user, enabled, replacedBy, status } = key;
  if (isEnded(status)) return [];
  const isMine = mayRotateKeysOf(me, user);
  const works = status === 'live' || status === 'disabled';
  const offered: readonly (KeyAction | false)[] = [
    isMine && 'edit',
    isMine && works && replacedBy === null && 'rotate',
    isMine && (enabled ? 'disable' : 'enable'),
    mayRevokeKeysOf(me, user) && 'revoke',
  ];
  return offered.filter((action) => action !== false);
}
