import { keepPreviousData } from '@tanstack/react-query';
import type { AuditEvent } from '@apigate/contract';
import { pagedQuery } from '../../lib/paged-query.ts';
import { client, trpc } from '../../lib/trpc.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import type { AuditSearch } from './audit-search.ts';

/** The audit log, newest first. The events before stay in sight while a new search is on its way. */
export function auditQuery({ action, user, since }: AuditSearch, limit = 50) {
  const input = {
    ...withoutUndefined({ action, user }),
    ...(since !== undefined && { since: new Date(since) }),
    limit,
  };
  return {
    ...pagedQuery<AuditEvent>(trpc.audit.list.infiniteQueryKey(input), (cursor, signal) =>
      client.audit.list.query({ ...input, ...cursor }, { signal }),
    ),
    placeholderData: keepPreviousData,
  };
}

/** The last things that a user did, and that were done to them. */
export function userAuditQuery(user: string) {
  return auditQuery({ user }, 8);
}

/** One event; no event changes once it is written. */
export function eventQuery(event: string) {
  return trpc.audit.get.queryOptions({ event }, { staleTime: Number.POSITIVE_INFINITY });
}
