import type { BulkUsersAction } from '@apigate/contract';
import type { CodeSample } from '@apigate/ui/code-popover';
import { deedInCode } from '../../lib/deed-in-code.ts';
import type { UsersFilter } from './users-search.ts';

/** Something done to many users, as a command and as calls. */
export function bulkInCode(
  action: BulkUsersAction,
  target: { users: string[] } | { where: UsersFilter },
  plan: string,
): readonly [CodeSample, ...CodeSample[]] {
  const where: UsersFilter = 'where' in target ? target.where : {};
  const { createdAfter, metadata, inactiveDays, ...texts } = where;
  return deedInCode({
    command: `apigate users bulk ${action}`,
    flags: {
      users: 'users' in target ? target.users.join(',') : undefined,
      ...texts,
      'inactive-days': inactiveDays?.toString(),
      'created-after': createdAfter?.toISOString(),
      metadata: metadata && JSON.stringify(metadata),
      to: plan === '' ? undefined : plan,
    },
    path: '/admin/users/bulk',
    call: 'users.bulk',
    input: { action, ...target, ...(plan !== '' && { plan }) },
  });
}
