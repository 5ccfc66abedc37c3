import type { BulkUsersAction, BulkUsersOutcome } from '@apigate/contract';
import type { BulkStep } from './use-bulk-run.ts';

/** What puts users back as they were; empty where nothing does. */
export function undoOf(
  action: BulkUsersAction,
  outcomes: readonly BulkUsersOutcome[],
): readonly BulkStep[] {
  const changed = outcomes.flatMap(({ user, skipped }) =>
    user !== null && skipped === null ? [user] : [],
  );
  switch (action) {
    case 'suspend': {
      const users = changed.map(({ id }) => id);
      return users.length === 0 ? [] : [{ action: 'restore', users }];
    }
    case 'activate': {
      const suspended = changed.filter(({ status }) => status === 'suspended');
      return [...Map.groupBy(suspended, ({ suspendedReason }) => suspendedReason)].map(
        ([reason, users]) => ({
          action: 'suspend',
          users: users.map(({ id }) => id),
          ...(reason !== null && { reason }),
        }),
      );
    }
    case 'change_plan':
      return [...Map.groupBy(changed, ({ plan }) => plan.id)].map(([plan, users]) => ({
        action: 'change_plan',
        plan,
        users: users.map(({ id }) => id),
      }));
    case 'restore':
    case 'verify':
    case 'delete':
      return [];
  }
}
