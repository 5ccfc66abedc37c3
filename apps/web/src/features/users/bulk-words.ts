import type { BulkUsersAction, BulkUsersOutcome } from '@apigate/contract';
import { numberText } from '../../lib/number-text.ts';

interface BulkWords {
  title: string;
  /** What the button says, of some users. */
  verb: (users: string) => string;
  doing: string;
  /** Completes "3 users …". */
  done: string;
  would: string;
}

export const bulkWords = {
  suspend: {
    title: 'Suspend users',
    verb: (users) => `Suspend ${users}`,
    doing: 'Suspending',
    done: 'suspended',
    would: 'will be suspended',
  },
  restore: {
    title: 'Undo suspensions',
    verb: (users) => `Put back ${users}`,
    doing: 'Putting back',
    done: 'put back as before',
    would: 'will be what they were before',
  },
  activate: {
    title: 'Activate users',
    verb: (users) => `Activate ${users}`,
    doing: 'Activating',
    done: 'activated',
    would: 'will be active, and their keys work',
  },
  verify: {
    title: 'Mark users as verified',
    verb: (users) => `Verify ${users}`,
    doing: 'Verifying',
    done: 'marked as verified',
    would: 'will count as verified, without a click in a mail',
  },
  change_plan: {
    title: 'Change plan of users',
    verb: (users) => `Change plan of ${users}`,
    doing: 'Changing plans',
    done: 'moved to the plan',
    would: 'will move to this plan at once, and keep what they used this month',
  },
  delete: {
    title: 'Delete users',
    verb: (users) => `Delete ${users}`,
    doing: 'Deleting',
    done: 'deleted',
    would: 'will be deleted for good',
  },
} as const satisfies Record<BulkUsersAction, BulkWords>;

export const bulkConsequences = {
  suspend: [
    { kind: 'stops', text: 'All their keys, at once, and their sessions.' },
    { kind: 'kept', text: 'The accounts with keys, usage and plan. It can be undone.' },
  ],
  delete: [
    { kind: 'stops', text: 'All their keys, at once, for good.' },
    { kind: 'stops', text: 'Their sessions end, and their usage history is removed.' },
    { kind: 'kept', text: 'The audit log, with digests in place of the addresses.' },
    { kind: 'undo', text: 'Not possible. Suspending stops them as well, and can be undone.' },
  ],
  restore: [],
  activate: [],
  verify: [],
  change_plan: [],
} as const satisfies Record<BulkUsersAction, readonly { kind: string; text: string }[]>;

export function usersText(count: number): string {
  return count === 1 ? '1 user' : `${numberText(count)} users`;
}

type Skip = NonNullable<BulkUsersOutcome['skipped']>;

/** What the server says in more general words. */
const skipWords: Partial<Record<Skip['code'], string>> = {
  forbidden: 'Staff, whom your role does not reach.',
  self_change_refused: 'Your own account.',
  last_admin: 'The last active admin.',
};

/** Reasons and whom they spare, the most frequent first. */
export function skippedByReason(outcomes: readonly BulkUsersOutcome[]): [string, string[]][] {
  const reasons = new Map<string, string[]>();
  for (const { ref, user, skipped } of outcomes) {
    if (skipped === null) continue;
    const reason = skipWords[skipped.code] ?? skipped.message;
    reasons.set(reason, [...(reasons.get(reason) ?? []), user?.email ?? ref]);
  }
  return [...reasons].toSorted(([, a], [, b]) => b.length - a.length);
}
