import type { User, UserStatus } from '@apigate/contract';
import { Status } from '@apigate/ui/status';
import { userStatusText } from './user-words.ts';

export function UserStatusMark({ user }: { user: Pick<User, 'status' | 'suspendedReason'> }) {
  return (
    <Status
      tone={tones[user.status]}
      word={userStatusText[user.status]}
      reason={
        user.status === 'pending' ? 'The e-mail address is not verified yet.' : user.suspendedReason
      }
    />
  );
}

const tones = { active: 'good', pending: 'warn', suspended: 'bad' } as const satisfies Record<
  UserStatus,
  string
>;
